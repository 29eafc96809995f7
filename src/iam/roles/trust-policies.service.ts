import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { quotas } from '../../kernel/quotas.js';
import type { Identity } from '../../generated/prisma/client.js';
import { checkPolicyDocument } from '../policies/policy-documents.js';
import { parsePolicy } from '../../policy-engine/index.js';
import {
  knownAs,
  type PrincipalIds,
  PolicyPrincipals,
  principalIdsColumn,
} from '../policies/policy-principals.service.js';
import { requireNoOpenTrust } from './shared-issuers.js';

type Scope = Pick<OperationContext, 'tx' | 'accountId' | 'partition'>;

/** Who may assume a role. */
@Injectable()
export class TrustPoliciesService {
  constructor(private readonly principals: PolicyPrincipals) {}

  /**
   * A trust policy is checked when it is written: its language, its length, and that every account, user and role of
   * this platform that it names exists.
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

/** As `knownAs`, by the trust policy of a role. */
export function trustedAs(role: Identity, arn: string, principalId: string): string | undefined {
  return knownAs(principalIdsColumn.read(role.trustedIds ?? {}), arn, principalId);
}
