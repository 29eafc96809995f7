import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../access/operations/operation.js';
import { parseArn } from '../common/arn.js';
import { ApiError } from '../common/errors.js';
import { quotas } from '../common/quotas.js';
import { Database, type Transaction } from '../database/database.service.js';
import type { Identity } from '../generated/prisma/client.js';
import { parsePolicy } from '../policy-engine/index.js';
import { checkPolicyDocument } from '../policies/policy-documents.js';

/** The unique id behind each user's and role's ARN that a trust policy names, as of when it was written. */
export type TrustedIds = Readonly<Record<string, string>>;

type Scope = Pick<OperationContext, 'tx' | 'accountId' | 'partition'>;

/** Who may assume a role. */
@Injectable()
export class TrustPoliciesService {
  constructor(private readonly database: Database) {}

  /**
   * A trust policy is checked when it is written: its language, its length, and that every account, user and role of
   * this platform that it names exists.
   *
   * Source: IAM User Guide, "AWS JSON policy elements: Principal": the ARN is turned into the unique id when the policy
   * is saved, so that a user or role made anew under the same name is not trusted.
   *
   * @returns the columns to write
   * @throws ApiError MalformedPolicyDocument, LimitExceeded
   */
  async check(scope: Scope, document: string): Promise<{ trustPolicy: string; trustedIds: TrustedIds }> {
    const { partition } = scope;
    const characters = quotas.trustPolicyCharacters;
    checkPolicyDocument(document, 'trust', { quota: 'ACLSizePerRole', characters, partition });
    const trustedIds: Record<string, string> = {};
    for (const principal of awsPrincipals(document, partition)) {
      const id = await this.resolve(scope, principal);
      if (id === undefined) {
        throw new ApiError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${principal}"`);
      }
      if (id !== '') trustedIds[principal] = id;
    }
    return { trustPolicy: document, trustedIds };
  }

  /** @returns the unique id; empty for an account; undefined when there is no such principal here */
  private async resolve({ tx, accountId, partition }: Scope, principal: string): Promise<string | undefined> {
    const arn = parseArn(principal);
    if (arn && arn.partition !== partition) return undefined;
    const ownerId = arn?.accountId ?? principal;
    const look = () => idOf(tx, ownerId, arn?.resource ?? 'root');
    return ownerId === accountId ? look() : this.database.inAccount(tx, ownerId, look);
  }
}

/**
 * The ARN by which a trust policy knows a caller. A renamed user or role is still trusted under the ARN it had when the
 * policy was written; one that merely has the name of a trusted one that is gone is not.
 *
 * @param principalId unique id of the user or role that asks
 * @returns undefined when the policy means somebody else of that name
 */
export function trustedAs(role: Identity, arn: string, principalId: string): string | undefined {
  const ids = (role.trustedIds ?? {}) as TrustedIds;
  const known = Object.entries(ids).find(([, id]) => id === principalId);
  if (known) return known[0];
  return Object.hasOwn(ids, arn) ? undefined : arn;
}

function awsPrincipals(document: string, partition: string): ReadonlySet<string> {
  const { statements } = parsePolicy(document, 'trust', { partition });
  const entries = statements.flatMap(({ principal }) => principal?.entries ?? []);
  return new Set(entries.filter(({ type, value }) => type === 'AWS' && value !== '*').map(({ value }) => value));
}

/** @param resource of an IAM or STS ARN: `root`, `user/path/ana`, `assumed-role/name/session` */
async function idOf(tx: Transaction, accountId: string, resource: string): Promise<string | undefined> {
  const account = await tx.account.findUnique({ where: { accountId }, select: { status: true } });
  if (!account || account.status === 'closed') return undefined;
  const [, type, path, name] = /^(user|role)(\/(?:.*\/)?)([^/]+)$/.exec(resource) ?? [];
  // An account; a session of a role or of a federated user, which has no id of its own.
  if (!type || !path || !name) return '';
  const found = await tx.identity.findUnique({
    where: { accountId_type_nameKey: { accountId, type: type as 'user' | 'role', nameKey: name.toLowerCase() } },
  });
  return found?.name === name && found.path === path ? found.identityId : undefined;
}
