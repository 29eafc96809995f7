import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { likePrefix } from '../../kernel/paging/like-prefix.js';
import { pageAcross, type Part } from '../../kernel/paging/paging-across.js';
import type { Identity, IdentityType, Prisma } from '../../generated/prisma/client.js';
import type { listEntitiesForPolicyInput } from './policy-entities.schema.js';
import { type AnyPolicy, isOwn } from './policy.target.js';

type Input = z.output<typeof listEntitiesForPolicyInput>;

type Entity = Pick<Identity, 'nameKey' | 'name' | 'identityId'>;

/** The lists of the response, in their order. */
interface Entities {
  group: Entity;
  user: Entity;
  role: Entity;
}

/** The identities that use a managed policy. */
@Injectable()
export class PolicyEntitiesService {
  /** Groups, then users, then roles, each ordered by name. */
  async list({ tx, accountId, target }: OperationContext<AnyPolicy>, input: Input) {
    const wanted = (type: IdentityType) =>
      input.entityFilter === undefined || input.entityFilter.toLowerCase() === type;
    const part = (type: IdentityType): Part<Entity> => ({
      read: (after, take) =>
        tx.identity.findMany({
          where: {
            accountId,
            type,
            ...uses(target, input),
            ...(input.pathPrefix === undefined ? {} : { path: { startsWith: likePrefix(input.pathPrefix) } }),
            ...(after === undefined ? {} : { nameKey: { gt: after } }),
          },
          orderBy: { nameKey: 'asc' },
          take,
          select: { nameKey: true, name: true, identityId: true },
        }),
      keyOf: ({ nameKey }) => nameKey,
    });
    const parts = {
      group: wanted('group') ? part('group') : undefined,
      user: wanted('user') ? part('user') : undefined,
      role: wanted('role') ? part('role') : undefined,
    };
    const { lists, paging } = await pageAcross<Entities>(['group', 'user', 'role'], parts, input);
    return {
      policyGroups: lists.group.map(({ name, identityId }) => ({ groupName: name, groupId: identityId })),
      policyUsers: lists.user.map(({ name, identityId }) => ({ userName: name, userId: identityId })),
      policyRoles: lists.role.map(({ name, identityId }) => ({ roleName: name, roleId: identityId })),
      ...paging,
    };
  }
}

/** As requested: attached, as a boundary, or both. */
function uses(policy: AnyPolicy, { policyUsageFilter }: Input): Prisma.IdentityWhereInput {
  const { policyId } = policy;
  const attached = { attachments: { some: isOwn(policy) ? { policyId } : { platformPolicyId: policyId } } };
  const bounded = isOwn(policy)
    ? { permissionsBoundaryPolicyId: policyId }
    : { permissionsBoundaryPlatformPolicyId: policyId };
  if (policyUsageFilter === 'PermissionsPolicy') return attached;
  if (policyUsageFilter === 'PermissionsBoundary') return bounded;
  return { OR: [attached, bounded] };
}
