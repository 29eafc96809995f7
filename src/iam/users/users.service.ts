import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { rootArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { toTagList, toTags, tagsColumn } from '../../kernel/tags.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { IdentitiesService, type ListedIdentity } from '../resources/identities.service.js';
import { identityArn } from '../resources/identity.target.js';
import { BoundariesService } from '../policies/boundaries.service.js';
import type { createUserInput, listUsersInput, user } from './users.schema.js';
import type { UserRow } from '../resources/identity-rows.js';

type User = z.input<typeof user>;

/** What must be removed before a user can be deleted, in the order of AWS's errors. */
const blocksDeletion = [
  ['must remove users from group first', (tx, where) => tx.groupMembership.count({ where })],
  ['must delete access keys first', (tx, where) => tx.accessKey.count({ where })],
  ['must delete signing certificates first', (tx, where) => tx.signingCertificate.count({ where })],
  ['must delete SSH public keys first', (tx, where) => tx.sshPublicKey.count({ where })],
  ['must remove referenced objects first', (tx, where) => tx.serviceSpecificCredential.count({ where })],
  [
    'must delete MFA device first',
    (tx, { accountId, userId }) => tx.mfaDevice.count({ where: { accountId, principalId: userId } }),
  ],
  ['must delete login profile first', (tx, where) => tx.loginProfile.count({ where })],
] as const satisfies [string, (tx: Transaction, where: { accountId: string; userId: string }) => Promise<number>][];

@Injectable()
export class UsersService {
  constructor(
    private readonly identities: IdentitiesService,
    private readonly boundaries: BoundariesService,
  ) {}

  /** @throws ApiError EntityAlreadyExists, LimitExceeded, NoSuchEntity, InvalidInput, PolicyNotAttachable */
  async create(context: OperationContext, input: z.output<typeof createUserInput>): Promise<User> {
    const { tx, accountId, partition } = context;
    const created = await this.identities.create(tx, accountId, 'user', {
      name: input.userName,
      path: input.path,
      tags: toTags(input.tags),
      boundary: await this.boundaries.resolve(context, input.permissionsBoundary),
    });
    return withTags(created, toUser(created, partition));
  }

  /** The requested user; without one, the root user itself. */
  async describe({ tx, accountId, partition, target }: OperationContext<UserRow | undefined>): Promise<User> {
    if (target) return withTags(target, toUser(target, partition));
    const account = await tx.account.findUniqueOrThrow({ where: { accountId } });
    return {
      userId: accountId,
      arn: rootArn(partition, accountId),
      createDate: account.createdAt,
      passwordLastUsed: account.rootPasswordLastUsedAt ?? undefined,
    };
  }

  async list({ tx, accountId, partition }: OperationContext, input: z.output<typeof listUsersInput>) {
    const { items, ...paging } = await this.identities.list(tx, accountId, 'user', input);
    return { users: items.map((item) => toUser(item, partition)), ...paging };
  }

  /** @throws ApiError EntityAlreadyExists */
  async move(tx: Transaction, identity: UserRow, to: { name?: string | undefined; path?: string | undefined }) {
    await this.identities.move(tx, identity, to);
  }

  /** @throws ApiError DeleteConflict */
  async delete(tx: Transaction, identity: UserRow): Promise<void> {
    const { accountId, identityId } = identity;
    for (const [remedy, count] of blocksDeletion) {
      if ((await count(tx, { accountId, userId: identityId })) > 0) {
        throw new ApiError('DeleteConflict', `Cannot delete entity, ${remedy}.`);
      }
    }
    await tx.session.deleteMany({ where: { accountId, principalId: identityId } });
    await this.identities.delete(tx, identity);
  }
}

/** As in lists: without tags (IAM API reference, ListUsers). */
export function toUser(identity: ListedIdentity, partition: string): User {
  return {
    path: identity.path,
    userName: identity.name,
    userId: identity.identityId,
    arn: identityArn(identity, partition),
    createDate: identity.createdAt,
    passwordLastUsed: identity.passwordLastUsedAt ?? undefined,
  };
}

function withTags(identity: UserRow, described: User): User {
  const tags = toTagList(tagsColumn.read(identity.tags));
  const boundary = identity.permissionsBoundaryArn;
  return {
    ...described,
    ...(boundary === null
      ? {}
      : { permissionsBoundary: { permissionsBoundaryType: 'Policy', permissionsBoundaryArn: boundary } }),
    ...(tags.length > 0 ? { tags } : {}),
  };
}
