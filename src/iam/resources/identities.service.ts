import { Injectable } from '@nestjs/common';
import { ApiError } from '../../kernel/errors/errors.js';
import { likePrefix } from '../../kernel/paging/like-prefix.js';
import { type Page, page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import type { Tags } from '../../kernel/tags.js';
import { newUniqueId } from '../../kernel/unique-ids.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Identity, IdentityType } from '../../generated/prisma/client.js';
import { type ListedRow, type RowOf, rowOf } from './identity-rows.js';

/** Characters of a user, group or role in lists; its path is part of its ARN, too. */
export function sizeOfIdentity({ path, name, trustPolicy, description }: ListedIdentity): number {
  return 200 + 2 * (path.length + name.length) + ENCODED * (trustPolicy?.length ?? 0) + (description?.length ?? 0);
}

/** The length of most percent-encoded characters of a policy. */
const ENCODED = 3;

const kinds = {
  user: { prefix: 'AIDA', title: 'User', quota: 'UsersPerAccount', limit: () => quotas.usersPerAccount },
  group: { prefix: 'AGPA', title: 'Group', quota: 'GroupsPerAccount', limit: () => quotas.groupsPerAccount },
  role: { prefix: 'AROA', title: 'Role', quota: 'RolesPerAccount', limit: () => quotas.rolesPerAccount },
} as const;

/** The columns of a user or role for its permissions boundary; all null if there is none. */
export type Boundary = Pick<
  Identity,
  'permissionsBoundaryArn' | 'permissionsBoundaryPolicyId' | 'permissionsBoundaryPlatformPolicyId'
>;

export interface NewIdentity {
  readonly name: string;
  readonly path: string | undefined;
  readonly tags?: Tags;
  readonly boundary?: Boundary;
  /** Columns that only roles have. */
  readonly role?: {
    readonly trustPolicy: string;
    readonly trustedIds: Readonly<Record<string, string>>;
    readonly description: string | null;
    readonly maxSessionDurationSeconds: number;
  };
}

export type ListedIdentity = Omit<Identity, 'tags'>;

export interface IdentityList {
  readonly pathPrefix?: string | undefined;
  readonly marker?: string | undefined;
  readonly maxItems?: number | undefined;
}

/** The common part of users, groups and roles: names, paths, unique IDs. */
@Injectable()
export class IdentitiesService {
  /** @throws ApiError EntityAlreadyExists, LimitExceeded */
  async create<Type extends IdentityType>(
    tx: Transaction,
    accountId: string,
    type: Type,
    created: NewIdentity,
  ): Promise<RowOf<Type>> {
    const { prefix, quota, limit } = kinds[type];
    await this.requireFreeName(tx, accountId, type, created.name);
    requireBelowQuota(quota, await tx.identity.count({ where: { accountId, type } }), limit());
    const row = await tx.identity.create({
      data: {
        accountId,
        identityId: newUniqueId(prefix),
        type,
        name: created.name,
        nameKey: created.name.toLowerCase(),
        path: created.path ?? '/',
        tags: created.tags ?? {},
        ...created.boundary,
        ...created.role,
      },
    });
    return rowOf(type, row);
  }

  /** Ordered by name. */
  async list<Type extends IdentityType>(
    tx: Transaction,
    accountId: string,
    type: Type,
    input: IdentityList,
  ): Promise<Page<ListedRow<Type>>> {
    const request = pageRequest(input);
    const rows = await tx.identity.findMany({
      where: {
        accountId,
        type,
        ...(input.pathPrefix === undefined ? {} : { path: { startsWith: likePrefix(input.pathPrefix) } }),
        ...(request.after ? { nameKey: { gt: request.after[0]! } } : {}),
      },
      orderBy: { nameKey: 'asc' },
      take: request.take,
      omit: { tags: true },
    });
    const ofType = rows.map((row) => rowOf(type, row));
    return page(ofType, request, ({ nameKey }) => [nameKey], sizeOfIdentity);
  }

  /**
   * Sets a new name, a new path or both. The unique ID, memberships and policies stay the same; the ARN changes.
   *
   * @throws ApiError EntityAlreadyExists
   */
  async move(
    tx: Transaction,
    identity: Identity,
    { name = identity.name, path = identity.path }: { name?: string | undefined; path?: string | undefined },
  ): Promise<Identity> {
    const nameKey = name.toLowerCase();
    if (nameKey !== identity.nameKey) await this.requireFreeName(tx, identity.accountId, identity.type, name);
    const { accountId, identityId } = identity;
    return tx.identity.update({ where: key(accountId, identityId), data: { name, nameKey, path } });
  }

  /** @throws ApiError DeleteConflict while policies are attached or embedded; the caller checks all other conditions */
  async delete(tx: Transaction, { accountId, identityId }: Identity): Promise<void> {
    const owned = { where: { accountId, identityId } };
    if ((await tx.policyAttachment.count(owned)) > 0) {
      throw new ApiError('DeleteConflict', 'Cannot delete entity, must detach all policies first.');
    }
    if ((await tx.inlinePolicy.count(owned)) > 0) {
      throw new ApiError('DeleteConflict', 'Cannot delete entity, must delete policies first.');
    }
    await tx.identity.delete({ where: key(accountId, identityId) });
  }

  private async requireFreeName(tx: Transaction, accountId: string, type: IdentityType, name: string): Promise<void> {
    const taken = await tx.identity.count({ where: { accountId, type, nameKey: name.toLowerCase() } });
    if (taken > 0) throw new ApiError('EntityAlreadyExists', `${kinds[type].title} with name ${name} already exists.`);
  }
}

function key(accountId: string, identityId: string) {
  return { accountId_identityId: { accountId, identityId } };
}
