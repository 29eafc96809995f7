import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { IdentitiesService, type ListedIdentity } from '../resources/identities.service.js';
import { identityArn } from '../resources/identity.target.js';
import type { createGroupInput, group, listGroupsInput } from './groups.schema.js';
import type { GroupRow } from '../resources/identity-rows.js';

type Group = z.input<typeof group>;

@Injectable()
export class GroupsService {
  constructor(private readonly identities: IdentitiesService) {}

  /** @throws ApiError EntityAlreadyExists, LimitExceeded */
  async create(
    { tx, accountId, partition }: OperationContext,
    { groupName: name, path }: z.output<typeof createGroupInput>,
  ): Promise<Group> {
    return toGroup(await this.identities.create(tx, accountId, 'group', { name, path }), partition);
  }

  async list({ tx, accountId, partition }: OperationContext, input: z.output<typeof listGroupsInput>) {
    const { items, ...paging } = await this.identities.list(tx, accountId, 'group', input);
    return { groups: items.map((item) => toGroup(item, partition)), ...paging };
  }

  /** @throws ApiError EntityAlreadyExists */
  async move(tx: Transaction, identity: GroupRow, to: { name?: string | undefined; path?: string | undefined }) {
    await this.identities.move(tx, identity, to);
  }

  /** @throws ApiError DeleteConflict */
  async delete(tx: Transaction, identity: GroupRow): Promise<void> {
    const { accountId, identityId: groupId } = identity;
    if ((await tx.groupMembership.count({ where: { accountId, groupId } })) > 0) {
      throw new ApiError('DeleteConflict', 'Cannot delete entity, must remove users from group first.');
    }
    await this.identities.delete(tx, identity);
  }
}

export function toGroup(identity: ListedIdentity, partition: string): Group {
  return {
    path: identity.path,
    groupName: identity.name,
    groupId: identity.identityId,
    arn: identityArn(identity, partition),
    createDate: identity.createdAt,
  };
}
