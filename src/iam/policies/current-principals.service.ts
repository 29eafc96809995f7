import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { iamArn, parseArn } from '../../kernel/arn.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import type { Identity } from '../../generated/prisma/client.js';
import { replacePrincipals } from 'gatehouse-policy-engine';
import { type PrincipalIds, principalIdsColumn } from './policy-principals.service.js';

type Scope = Pick<OperationContext, 'tx' | 'accountId' | 'partition'>;
type TrustPolicy = Pick<Identity, 'trustPolicy' | 'trustedIds'>;
type Named = Pick<Identity, 'identityId' | 'type' | 'path' | 'name'>;

/** A stored policy and the IDs of `PolicyPrincipals.idsOf`. */
interface PolicyOfPrincipals {
  readonly document: string;
  readonly ids: PrincipalIds;
}

/**
 * Shows stored policies with the users and roles that they refer to: with their current ARN, and deleted ones with
 * their unique ID, even if another one now has the name.
 *
 * Source: IAM User Guide, "AWS JSON policy elements: Principal", "Rename an IAM user".
 */
@Injectable()
export class CurrentPrincipals {
  constructor(private readonly database: Database) {}

  /**
   * One query per account whose users and roles are named.
   *
   * @returns a document for each policy, in their order
   */
  async documents(scope: Scope, policies: readonly PolicyOfPrincipals[]): Promise<string[]> {
    const arns = await this.arnsOf(scope, idsByAccount(policies));
    return policies.map(({ document, ids }) => {
      const changed = Object.entries(ids)
        .map(([written, id]) => [written, arns.get(id) ?? id] as const)
        .filter(([written, current]) => written !== current);
      return replacePrincipals(document, new Map(changed));
    });
  }

  /** Rows of roles with the trust policies to show; other rows are unchanged. */
  async inTrustPolicies<Row extends TrustPolicy>(scope: Scope, rows: readonly Row[]): Promise<Row[]> {
    const policies = rows.map(({ trustPolicy, trustedIds }) => ({
      document: trustPolicy ?? '',
      ids: principalIdsColumn.read(trustedIds ?? {}),
    }));
    const documents = await this.documents(scope, policies);
    return rows.map((row, index) => (row.trustPolicy === null ? row : { ...row, trustPolicy: documents[index]! }));
  }

  /** The current ARN of each ID; deleted users and roles have none. */
  private async arnsOf(
    { tx, accountId, partition }: Scope,
    byAccount: ReadonlyMap<string, ReadonlySet<string>>,
  ): Promise<ReadonlyMap<string, string>> {
    const arns = new Map<string, string>();
    for (const [ownerId, ids] of byAccount) {
      const look = () => namesOf(tx, ownerId, [...ids]);
      const found = ownerId === accountId ? await look() : await this.database.inAccount(tx, ownerId, look);
      for (const { identityId, type, path, name } of found) {
        arns.set(identityId, iamArn(partition, ownerId, type, path, name));
      }
    }
    return arns;
  }
}

function idsByAccount(policies: readonly PolicyOfPrincipals[]): ReadonlyMap<string, ReadonlySet<string>> {
  const byAccount = new Map<string, Set<string>>();
  for (const [arn, id] of policies.flatMap(({ ids }) => Object.entries(ids))) {
    const ownerId = parseArn(arn)!.accountId;
    byAccount.set(ownerId, (byAccount.get(ownerId) ?? new Set()).add(id));
  }
  return byAccount;
}

function namesOf(tx: Transaction, accountId: string, ids: readonly string[]): Promise<Named[]> {
  return tx.$queryRaw<Named[]>`
    SELECT identity_id AS "identityId", type::text, path, name FROM identities
    WHERE account_id = ${accountId}::bpchar AND identity_id = ANY(${ids})`;
}
