import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { quotas } from '../../kernel/quotas.js';
import type { Identity } from '../../generated/prisma/client.js';
import { checkPolicyDocument } from '../policies/policy-documents.js';
import { parsePolicy } from 'gatehouse-policy-engine';
import {
  knownAs,
  type PrincipalIds,
  PolicyPrincipals,
  principalIdsColumn,
} from '../policies/policy-principals.service.js';
import { requireNoOpenTrust } from './shared-issuers.js';

type Scope = Pick<OperationContext, 'tx' | 'accountId' | 'partition'>;

/** Trust policies of roles. */
@Injectable()
export class TrustPoliciesService {
  constructor(private readonly principals: PolicyPrincipals) {}

  /**
   * Validates a trust policy when it is written: its syntax, its length, and the existence of all accounts, users and
   * roles of this platform that it names.
   *
   * @returns the columns to write
   * @throws ApiError MalformedPolicyDocument, LimitExceeded
   */
  async check(scope: Scope, document: string): Promise<{ trustPolicy: string; trustedIds: PrincipalIds }> {
    const { partition } = scope;
    const characters = quotas.trustPolicyCharacters;
    checkPolicyDocument(document, 'trust', { quota: 'ACLSizePerRole', characters, partition });
    requireNoOpenTrust(parsePolicy(document, 'trust', { partition }));
    return { trustPolicy: document, trustedIds: await this.principals.idsOf(scope, document, 'trust') };
  }
}

/** Like `knownAs`, for the trust policy of a role. */
export function trustedAs(role: Identity, arn: string, principalId: string): string | undefined {
  return knownAs(principalIdsColumn.read(role.trustedIds ?? {}), arn, principalId);
}
