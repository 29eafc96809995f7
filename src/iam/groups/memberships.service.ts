import { Injectable } from '@nestjs/common';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import type { Target } from '../../access/actions/target.js';
import { locateIdentity } from '../resources/identity.target.js';
import { toUser } from '../users/users.service.js';
import { toGroup } from './groups.service.js';
import type { GroupRow, UserRow } from '../resources/identity-rows.js';

interface Paging {
  readonly marker?: string | undefined;
  readonly maxItems?: number | undefined;
}

/** Group memberships. */
@Injectable()
export class MembershipsService {
  /**
   * Adding an existing member changes nothing.
   *
   * @throws ApiError NoSuchEntity, LimitExceeded
   */
  async add(context: OperationContext<GroupRow>, userName: string): Promise<void> {
    const { tx, accountId, target: group } = context;
    const { identityId: userId } = await requireUser(context, userName);
    const where = { accountId, userId };
    const memberships = await tx.groupMembership.findMany({ where });
    if (memberships.some(({ groupId }) => groupId === group.identityId)) return;
    requireBelowQuota('GroupsPerUser', memberships.length, quotas.groupsPerUser);
    await tx.groupMembership.create({ data: { ...where, groupId: group.identityId } });
  }

  /**
   * Removing a user who is not a member changes nothing.
   *
   * @throws ApiError NoSuchEntity
   */
  async remove(context: OperationContext<GroupRow>, userName: string): Promise<void> {
    const { tx, accountId, target: group } = context;
    const { identityId: userId } = await requireUser(context, userName);
    await tx.groupMembership.deleteMany({ where: { accountId, groupId: group.identityId, userId } });
  }

  /** The members of a group, ordered by name. */
  async usersOf({ tx, partition, target }: OperationContext<GroupRow>, input: Paging) {
    const members = { groups: { some: { accountId: target.accountId, groupId: target.identityId } } };
    const { items, ...paging } = await this.related(tx, target.accountId, members, input);
    return { users: items.map((item) => toUser(item, partition)), ...paging };
  }

  /** The groups of a user, ordered by name. */
  async groupsOf({ tx, partition, target }: OperationContext<UserRow>, input: Paging) {
    const joined = { members: { some: { accountId: target.accountId, userId: target.identityId } } };
    const { items, ...paging } = await this.related(tx, target.accountId, joined, input);
    return { groups: items.map((item) => toGroup(item, partition)), ...paging };
  }

  private async related(tx: Transaction, accountId: string, where: object, input: Paging) {
    const request = pageRequest(input);
    const rows = await tx.identity.findMany({
      where: { accountId, ...where, ...(request.after ? { nameKey: { gt: request.after[0]! } } : {}) },
      orderBy: { nameKey: 'asc' },
      take: request.take,
      omit: { tags: true },
    });
    return page(rows, request, ({ nameKey }) => [nameKey]);
  }
}

/** The group. If both are missing, AWS names the user. */
export async function locateGroupOfMembership({
  input: { groupName, userName },
  ...scope
}: LocateScope<{ groupName: string; userName: string }>): Promise<Target<GroupRow>> {
  const group = await locateIdentity(scope, 'group', groupName);
  if ('row' in group) return group;
  const user = await locateIdentity(scope, 'user', userName);
  return 'missing' in user ? { ...group, missing: user.missing } : group;
}

async function requireUser(context: OperationContext<GroupRow>, userName: string): Promise<UserRow> {
  const user = await locateIdentity(context, 'user', userName);
  if ('missing' in user) throw new ApiError('NoSuchEntity', user.missing);
  return user.row;
}
