import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { likePrefix } from '../../kernel/paging/like-prefix.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { toTagList, toTags, tagsColumn } from '../../kernel/tags.js';
import { newUniqueId } from '../../kernel/unique-ids.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Identity, InstanceProfile, Prisma } from '../../generated/prisma/client.js';
import { sizeOfIdentity } from '../resources/identities.service.js';
import { locateIdentity } from '../resources/identity.target.js';
import { requireModifiable } from '../resources/service-linked.js';
import { CurrentPrincipals } from '../policies/current-principals.service.js';
import { toBriefRole } from '../roles/roles.service.js';
import {
  instanceProfileArn,
  type InstanceProfileWithRole,
  type ListedInstanceProfile,
} from './instance-profile.target.js';
import type {
  createInstanceProfileInput,
  instanceProfile,
  listInstanceProfilesInput,
} from './instance-profiles.schema.js';
import { rowOf } from '../resources/identity-rows.js';

type Description = z.input<typeof instanceProfile>;
type Paging = Pick<z.output<typeof listInstanceProfilesInput>, 'marker' | 'maxItems'>;

/** Source: IAM User Guide, "IAM and AWS STS quotas": roles in an instance profile; cannot be raised. */
const ROLES_PER_INSTANCE_PROFILE = 1;

/** An instance profile passes a role to the workloads of an instance. */
@Injectable()
export class InstanceProfilesService {
  constructor(private readonly currentPrincipals: CurrentPrincipals) {}

  /** @throws ApiError EntityAlreadyExists, LimitExceeded */
  async create(
    { tx, accountId, partition }: OperationContext,
    { instanceProfileName: name, path, tags }: z.output<typeof createInstanceProfileInput>,
  ): Promise<Description> {
    const nameKey = name.toLowerCase();
    if ((await tx.instanceProfile.count({ where: { accountId, nameKey } })) > 0) {
      throw new ApiError('EntityAlreadyExists', `Instance Profile ${name} already exists.`);
    }
    const existing = await tx.instanceProfile.count({ where: { accountId } });
    requireBelowQuota('InstanceProfilesPerAccount', existing, quotas.instanceProfilesPerAccount);
    const created = await tx.instanceProfile.create({
      data: {
        accountId,
        instanceProfileId: newUniqueId('AIPA'),
        name,
        nameKey,
        path: path ?? '/',
        tags: toTags(tags),
      },
    });
    const profile = toInstanceProfile({ ...created, role: null }, partition);
    return { ...profile, ...(tags?.length ? { tags } : {}) };
  }

  /** GetInstanceProfile returns an empty list if there are no tags. */
  async describe(context: OperationContext<InstanceProfileWithRole>): Promise<Description> {
    const [shown] = await this.withCurrentPrincipals(context, [context.target]);
    return { ...toInstanceProfile(shown!, context.partition), tags: toTagList(tagsColumn.read(context.target.tags)) };
  }

  /** Ordered by name. Tags are omitted (IAM API reference, ListInstanceProfiles). */
  list(context: OperationContext, { pathPrefix, ...paging }: z.output<typeof listInstanceProfilesInput>) {
    const under = pathPrefix === undefined ? {} : { path: { startsWith: likePrefix(pathPrefix) } };
    return this.page(context, under, paging);
  }

  listOfRole(context: OperationContext<Identity>, paging: Paging) {
    return this.page(context, { roleId: context.target.identityId }, paging);
  }

  /** @throws ApiError NoSuchEntity, LimitExceeded, UnmodifiableEntity */
  async addRole(context: OperationContext<InstanceProfileWithRole>, roleName: string): Promise<void> {
    const { tx, target: profile } = context;
    const role = await requireRole(context, roleName);
    requireModifiable(role);
    const held = profile.roleId === null ? 0 : 1;
    requireBelowQuota('InstanceSessionsPerInstanceProfile', held, ROLES_PER_INSTANCE_PROFILE);
    await tx.instanceProfile.update({ where: key(profile), data: { roleId: role.identityId } });
  }

  /** @throws ApiError NoSuchEntity, UnmodifiableEntity */
  async removeRole(context: OperationContext<InstanceProfileWithRole>, roleName: string): Promise<void> {
    const { tx, target: profile } = context;
    const role = await requireRole(context, roleName);
    if (profile.roleId !== role.identityId) {
      throw new ApiError('NoSuchEntity', `Role ${role.name} in Instance Profile ${profile.name} cannot be found.`);
    }
    await tx.instanceProfile.update({ where: key(profile), data: { roleId: null } });
  }

  /** @throws ApiError DeleteConflict */
  async delete(tx: Transaction, profile: InstanceProfile): Promise<void> {
    if (profile.roleId !== null) {
      throw new ApiError('DeleteConflict', 'Cannot delete entity, must remove roles from instance profile first.');
    }
    await tx.instanceProfile.delete({ where: key(profile) });
  }

  private async page(context: OperationContext<unknown>, where: Prisma.InstanceProfileWhereInput, paging: Paging) {
    const { tx, accountId, partition } = context;
    const request = pageRequest(paging);
    const rows = await tx.instanceProfile.findMany({
      where: { accountId, ...where, ...(request.after ? { nameKey: { gt: request.after[0]! } } : {}) },
      orderBy: { nameKey: 'asc' },
      take: request.take,
      omit: { tags: true },
      include: { role: { omit: { tags: true } } },
    });
    const { items, ...more } = page(rows, request, ({ nameKey }) => [nameKey], sizeOf);
    const shown = await this.withCurrentPrincipals(context, items);
    return { instanceProfiles: shown.map((item) => toInstanceProfile(item, partition)), ...more };
  }

  private async withCurrentPrincipals(
    context: OperationContext<unknown>,
    profiles: readonly ListedInstanceProfile[],
  ): Promise<ListedInstanceProfile[]> {
    const held = profiles.flatMap(({ role }) => (role ? [role] : []));
    const roles = await this.currentPrincipals.inTrustPolicies(context, held);
    const byId = new Map(roles.map((role) => [role.identityId, role]));
    return profiles.map((profile) => ({ ...profile, role: byId.get(profile.roleId ?? '') ?? null }));
  }
}

export function toInstanceProfile(profile: ListedInstanceProfile, partition: string): Description {
  return {
    path: profile.path,
    instanceProfileName: profile.name,
    instanceProfileId: profile.instanceProfileId,
    arn: instanceProfileArn(profile, partition),
    createDate: profile.createdAt,
    roles: profile.role ? [toBriefRole(rowOf('role', profile.role), partition)] : [],
  };
}

function sizeOf({ path, name, role }: ListedInstanceProfile): number {
  return 200 + 2 * (path.length + name.length) + (role ? sizeOfIdentity(role) : 0);
}

async function requireRole(context: OperationContext<unknown>, name: string): Promise<Identity> {
  const role = await locateIdentity(context, 'role', name);
  if ('missing' in role) throw new ApiError('NoSuchEntity', role.missing);
  return role.row;
}

function key({ accountId, instanceProfileId }: InstanceProfile) {
  return { accountId_instanceProfileId: { accountId, instanceProfileId } };
}
