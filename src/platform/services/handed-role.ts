import type { LocateScope } from '../../access/actions/action.js';
import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { InstanceProfile } from '../../generated/prisma/client.js';
import {
  instanceProfileArn as arnOfProfile,
  locateInstanceProfile,
} from '../../iam/instance-profiles/instance-profile.target.js';
import { type RoleRow, rowOf } from '../../iam/resources/identity-rows.js';
import { findRole } from '../../sts/sessions/role.target.js';

/** The role that a customer passes: by name, or as an instance profile that contains it. */
export interface HandedRole {
  readonly roleArn?: string | undefined;
  readonly instanceProfileArn?: string | undefined;
}

/** @throws ApiError ValidationError */
export function accountOfHandedRole({ roleArn, instanceProfileArn }: HandedRole): string {
  const text = roleArn ?? instanceProfileArn!;
  const arn = parseArn(text);
  const type = roleArn === undefined ? 'instance-profile/' : 'role/';
  const isGood = arn?.service === 'iam' && /^\d{12}$/.test(arn.accountId) && arn.resource.startsWith(type);
  if (isGood) return arn.accountId;
  throw new ApiError('ValidationError', `${text} is invalid`);
}

/** @returns undefined if there is no such role or profile, the profile is empty, or the account is not active */
export async function findHandedRole(
  scope: Pick<LocateScope<unknown>, 'tx' | 'accountId' | 'partition' | 'caller' | 'inAccount'>,
  { roleArn, instanceProfileArn }: HandedRole,
): Promise<{ role: RoleRow; profile?: InstanceProfile } | undefined> {
  const { tx, accountId, partition } = scope;
  if (roleArn !== undefined) {
    const role = await findRole(tx, accountId, partition, roleArn);
    return role && { role: rowOf('role', role) };
  }
  const target = await locateInstanceProfile(
    scope,
    instanceProfileArn!.slice(instanceProfileArn!.lastIndexOf('/') + 1),
  );
  if (!('row' in target) || arnOfProfile(target.row, partition) !== instanceProfileArn) return undefined;
  const { role: held, ...profile } = target.row;
  const account = held && (await tx.account.findUnique({ where: { accountId }, select: { status: true } }));
  return held && account?.status === 'active' ? { role: rowOf('role', held), profile } : undefined;
}
