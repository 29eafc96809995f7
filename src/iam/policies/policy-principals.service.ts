import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { JsonColumn } from '../../kernel/database/json-column.js';
import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import { parseStoredPolicy } from 'gatehouse-policy-engine';

/** The unique ID for the ARN of each user and role in a policy, at the time when it was written. */
export type PrincipalIds = Readonly<Record<string, string>>;

export const principalIdsColumn = new JsonColumn<PrincipalIds>();

type Scope = Pick<OperationContext, 'tx' | 'accountId' | 'partition'>;

/**
 * The principals in resource-side policies.
 *
 * Source: IAM User Guide, "AWS JSON policy elements: Principal": the ARN is converted to the unique ID when the policy
 * is saved, so the policy does not apply to a user or role that is later created with the same name.
 */
@Injectable()
export class PolicyPrincipals {
  constructor(private readonly database: Database) {}

  /**
   * @param document that was validated
   * @throws ApiError MalformedPolicyDocument if it names an account, user or role that does not exist on this platform
   */
  async idsOf(scope: Scope, document: string, kind: 'trust' | 'resource'): Promise<PrincipalIds> {
    const ids: Record<string, string> = {};
    for (const principal of awsPrincipals(document, kind, scope.partition)) {
      const id = await this.resolve(scope, principal);
      if (id === undefined) {
        throw new ApiError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${principal}"`);
      }
      if (id !== '') ids[principal] = id;
    }
    return ids;
  }

  /** @returns the unique ID; empty for an account; undefined if there is no such principal */
  private async resolve({ tx, accountId, partition }: Scope, principal: string): Promise<string | undefined> {
    const arn = parseArn(principal);
    if (arn && arn.partition !== partition) return undefined;
    const ownerId = arn?.accountId ?? principal;
    const look = () => idOf(tx, ownerId, arn?.resource ?? 'root');
    return ownerId === accountId ? look() : this.database.inAccount(tx, ownerId, look);
  }
}

/**
 * The ARN under which a policy refers to a principal. A renamed user or role is still matched by the ARN that it had
 * when the policy was written; one that only has the name of a deleted principal is not.
 *
 * @param principalId unique ID of the user or role
 * @returns undefined if the policy refers to another principal with that name
 */
export function knownAs(ids: PrincipalIds, arn: string, principalId: string): string | undefined {
  const known = Object.entries(ids).find(([, id]) => id === principalId);
  if (known) return known[0];
  return Object.hasOwn(ids, arn) ? undefined : arn;
}

function awsPrincipals(document: string, kind: 'trust' | 'resource', partition: string): ReadonlySet<string> {
  const { statements } = parseStoredPolicy(document, kind, { partition });
  const entries = statements.flatMap(({ principal }) => principal?.entries ?? []);
  return new Set(entries.filter(({ type, value }) => type === 'AWS' && value !== '*').map(({ value }) => value));
}

/** @param resource of an IAM or STS ARN: `root`, `user/path/ana`, `assumed-role/name/session` */
async function idOf(tx: Transaction, accountId: string, resource: string): Promise<string | undefined> {
  const account = await tx.account.findUnique({ where: { accountId }, select: { status: true } });
  if (!account || account.status === 'closed') return undefined;
  const [, type, path, name] = /^(user|role)(\/(?:.*\/)?)([^/]+)$/.exec(resource) ?? [];
  // An account; a session of a role or of a federated user, which has no ID of its own.
  if (!type || !path || !name) return '';
  const found = await tx.identity.findUnique({
    where: { accountId_type_nameKey: { accountId, type: type as 'user' | 'role', nameKey: name.toLowerCase() } },
  });
  return found?.name === name && found.path === path ? found.identityId : undefined;
}
