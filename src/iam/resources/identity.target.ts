import { iamArn, rootArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { tagsColumn } from '../../kernel/tags.js';
import type { Identity, IdentityType } from '../../generated/prisma/client.js';
import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { type RowOf, rowOf, type UserRow } from './identity-rows.js';

/**
 * A user, group or role by its name, which is not case-sensitive; its ARN has the path and the case with which it was
 * created.
 */
export async function locateIdentity<Type extends IdentityType>(
  { tx, accountId, partition }: Omit<LocateScope<unknown>, 'input'>,
  type: Type,
  name: string,
): Promise<Target<RowOf<Type>>> {
  const found = await tx.identity.findUnique({
    where: { accountId_type_nameKey: { accountId, type, nameKey: name.toLowerCase() } },
  });
  if (!found) {
    return {
      arn: iamArn(partition, accountId, type, '/', name),
      missing: `The ${type} with name ${name} cannot be found.`,
    };
  }
  const row = rowOf(type, found);
  return { arn: identityArn(row, partition), tags: tagsColumn.read(row.tags), identityId: row.identityId, row };
}

export function identityArn(
  identity: Pick<Identity, 'accountId' | 'type' | 'path' | 'name'>,
  partition: string,
): string {
  return iamArn(partition, identity.accountId, identity.type, identity.path, identity.name);
}

/** The ARN of a user or group with a new name, a new path, or both. */
export function movedArn(
  identity: Identity,
  { name = identity.name, path = identity.path }: { name?: string | undefined; path?: string | undefined },
  partition: string,
): string {
  return identityArn({ ...identity, name, path }, partition);
}

/** The target of a create operation: the ARN of the new resource. */
export function newIdentity(
  { accountId, partition }: Omit<LocateScope<unknown>, 'input'>,
  type: IdentityType,
  path: string | undefined,
  name: string,
): Target<undefined> {
  return { arn: iamArn(partition, accountId, type, path ?? '/', name), row: undefined };
}

/**
 * Without a user name these operations act on the caller itself, which is how the root user manages its own resources.
 * No row means the root user, which no other caller can refer to, whatever the policies of a role allow.
 *
 * @throws ApiError ValidationError if a session of a role or of a federated user does not name a user, as on AWS
 */
export function locateUserOrCaller({
  input,
  ...scope
}: LocateScope<{ userName?: string | undefined }>): Promise<Target<UserRow | undefined>> | Target<undefined> {
  const name = input.userName ?? scope.caller.userName;
  if (name !== undefined) return locateIdentity(scope, 'user', name);
  if (scope.caller.principal.type !== 'root') {
    throw new ApiError('ValidationError', 'Must specify userName when calling with non-User credentials');
  }
  return { arn: rootArn(scope.partition, scope.accountId), identityId: scope.accountId, row: undefined };
}

/** The caller itself, for operations that only act on the caller. */
export function locateCaller({ caller: { arn, principalId } }: LocateScope<unknown>): Target<undefined> {
  return { arn, identityId: principalId, row: undefined };
}

/** AWS's name for the root user where a user name is expected. */
export const ROOT_USER_NAME = '<root_account>';
