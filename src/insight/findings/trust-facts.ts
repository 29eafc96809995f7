import { findOpenTrust } from '../../iam/roles/shared-issuers.js';
import { findPublicAccess, type PolicyDocument, type Statement } from 'gatehouse-policy-engine';

/** Principals that a trust policy should not permit. */
export interface TrustFacts {
  readonly isPublic: boolean;
  /** An identity provider that many organizations share, trusted without the condition that names one of them. */
  readonly openIssuer: ReturnType<typeof findOpenTrust>;
  /** Other accounts that are trusted without an external ID. */
  readonly foreignAccounts: readonly string[];
  /** Services that are trusted on behalf of anyone. */
  readonly openServices: readonly string[];
}

/** Source: IAM User Guide, "The confused deputy problem", cross-service confused deputy prevention. */
const SOURCE_KEYS = new Set(['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:sourceorgpaths']);

/** @param accountId of the role */
export function trustFactsOf(trust: PolicyDocument, accountId: string): TrustFacts {
  const allows = trust.statements.filter(({ effect }) => effect === 'Allow');
  return {
    isPublic: findPublicAccess(trust, undefined).length > 0,
    openIssuer: findOpenTrust(trust),
    foreignAccounts: [...new Set(allows.flatMap((statement) => accountsOf(statement)))].filter(
      (id) => id !== accountId,
    ),
    openServices: [...new Set(allows.flatMap(servicesForAnyone))],
  };
}

/** Accounts that the statement permits without a condition on the external ID. */
function accountsOf({ principal, conditions }: Statement): string[] {
  if (conditions.some(({ key }) => key.toLowerCase() === 'sts:externalid')) return [];
  return (principal?.entries ?? []).flatMap(({ type, value }) =>
    type === 'AWS' ? (/^(?:arn:[^:]*:[a-z]+::)?(\d{12})/.exec(value)?.[1] ?? []) : [],
  );
}

function servicesForAnyone({ principal, conditions }: Statement): string[] {
  if (conditions.some(({ key }) => SOURCE_KEYS.has(key.toLowerCase()))) return [];
  return (principal?.entries ?? []).flatMap(({ type, value }) => (type === 'Service' ? value : []));
}
