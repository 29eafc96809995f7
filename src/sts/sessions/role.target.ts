import type { LocateScope } from '../../access/actions/action.js';
import type { RoleTrust, Target } from '../../access/actions/target.js';
import { tagsColumn } from '../../kernel/tags.js';
import { iamArn, parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { type CompiledPolicy, compilePolicy, parseStoredPolicy } from 'gatehouse-policy-engine';
import { trustedAs } from '../../iam/roles/trust-policies.service.js';
import { type RoleRow, rowOf } from '../../iam/resources/identity-rows.js';

/** @throws ApiError ValidationError */
export function accountOfRole({ roleArn }: { roleArn: string }): string {
  const arn = parseArn(roleArn);
  if (arn && /^\d{12}$/.test(arn.accountId) && arn.service === 'iam') return arn.accountId;
  throw new ApiError('ValidationError', `${roleArn} is invalid`);
}

/**
 * The role to be assumed, in its own account. A role that does not exist, or whose account is not active, trusts
 * nobody, so the response does not reveal which it is.
 */
export async function locateRole({
  tx,
  accountId,
  partition,
  caller,
  input: { roleArn },
}: LocateScope<{ roleArn: string }>): Promise<Target<RoleRow>> {
  const row = await findRole(tx, accountId, partition, roleArn);
  if (!row) return { arn: roleArn, missing: 'No such role.', trust: { knownAs: caller.arn } };
  return { arn: roleArn, tags: tagsColumn.read(row.tags), row, trust: trustOf(row, partition, caller) };
}

/** @returns undefined if the role does not exist or its account is not active */
export async function findRole(
  tx: Transaction,
  accountId: string,
  partition: string,
  roleArn: string,
): Promise<RoleRow | undefined> {
  const name = /^role\/(?:[!-~]+\/)?([^/]+)$/.exec(parseArn(roleArn)?.resource ?? '')?.[1] ?? '';
  const where = { accountId_type_nameKey: { accountId, type: 'role' as const, nameKey: name.toLowerCase() } };
  const row = await tx.identity.findUnique({ where, include: { account: { select: { status: true } } } });
  if (row?.account.status !== 'active') return undefined;
  return iamArn(partition, accountId, 'role', row.path, row.name) === roleArn ? rowOf('role', row) : undefined;
}

export function compileTrust({ trustPolicy, name }: RoleRow, partition: string): CompiledPolicy {
  return compilePolicy(parseStoredPolicy(trustPolicy, 'trust', { partition }), { id: name, type: 'trust' });
}

/** Whom a role trusts, and the ARN under which it refers to the caller. */
export function trustOf(
  role: RoleRow,
  partition: string,
  { principal, arn, identityId }: LocateScope<unknown>['caller'],
): RoleTrust {
  const policy = compileTrust(role, partition);
  // A service is trusted only by name: `*` means every principal of an account.
  if (principal.type === 'service' && !namesService(policy, principal.names)) return { knownAs: arn };
  if (identityId === undefined) return { policy, knownAs: arn };
  const named = principal.type === 'assumedRole' ? principal.roleArn : arn;
  return { policy, knownAs: trustedAs(role, named, identityId) ?? identityId };
}

/** Whether an Allow statement names one of these service principals. */
function namesService({ statements }: CompiledPolicy, names: readonly string[]): boolean {
  return statements.some(({ isAllow, principal }) =>
    names.some((name) => isAllow && principal?.negated === false && principal.services.has(name.toLowerCase())),
  );
}
