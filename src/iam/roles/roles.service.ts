import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { toTagList, toTags, tagsColumn } from '../../kernel/tags.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { IdentitiesService } from '../resources/identities.service.js';
import { identityArn } from '../resources/identity.target.js';
import { requireModifiable, SERVICE_LINKED_PATH } from '../resources/service-linked.js';
import { BoundariesService } from '../policies/boundaries.service.js';
import { CurrentPrincipals } from '../policies/current-principals.service.js';
import { encodeDocument } from '../policies/policy-documents.js';
import type { briefRole, createRoleInput, listRolesInput, role, updateRoleInput } from './roles.schema.js';
import { TrustPoliciesService } from './trust-policies.service.js';
import { type ListedRow, type RoleRow, rowOf } from '../resources/identity-rows.js';

type Role = z.input<typeof role>;
type BriefRole = z.input<typeof briefRole>;

/** Seconds. Source: IAM API reference, CreateRole, MaxSessionDuration. */
const DEFAULT_SESSION_DURATION = 3600;

@Injectable()
export class RolesService {
  constructor(
    private readonly identities: IdentitiesService,
    private readonly trustPolicies: TrustPoliciesService,
    private readonly boundaries: BoundariesService,
    private readonly currentPrincipals: CurrentPrincipals,
  ) {}

  /**
   * @throws ApiError EntityAlreadyExists, LimitExceeded, MalformedPolicyDocument, and like `BoundariesService.resolve`
   */
  async create(context: OperationContext, input: z.output<typeof createRoleInput>): Promise<Role> {
    const { tx, accountId, partition } = context;
    if (input.path?.startsWith(SERVICE_LINKED_PATH)) {
      throw new ApiError('InvalidInput', `The path ${SERVICE_LINKED_PATH} is reserved for service-linked roles.`);
    }
    const trust = await this.trustPolicies.check(context, input.assumeRolePolicyDocument);
    const created = await this.identities.create(tx, accountId, 'role', {
      name: input.roleName,
      path: input.path,
      tags: toTags(input.tags),
      boundary: await this.boundaries.resolve(context, input.permissionsBoundary),
      role: {
        ...trust,
        description: input.description ?? null,
        maxSessionDurationSeconds: input.maxSessionDuration ?? DEFAULT_SESSION_DURATION,
      },
    });
    return toFullRole(created, partition);
  }

  async list(context: OperationContext, input: z.output<typeof listRolesInput>) {
    const { tx, accountId, partition } = context;
    const { items, ...paging } = await this.identities.list(tx, accountId, 'role', input);
    const shown = await this.currentPrincipals.inTrustPolicies(context, items);
    return { roles: shown.map((item) => toRole(item, partition)), ...paging };
  }

  /** With the trust policy as it reads now. */
  async describe(context: OperationContext<RoleRow>, identity = context.target): Promise<Role> {
    const [shown] = await this.currentPrincipals.inTrustPolicies(context, [identity]);
    return toFullRole(shown!, context.partition);
  }

  /**
   * Only the description of a service-linked role can be changed (IAM User Guide, "Edit a service-linked role").
   *
   * @throws ApiError UnmodifiableEntity
   */
  async update(
    tx: Transaction,
    identity: RoleRow,
    { description, maxSessionDuration }: z.output<typeof updateRoleInput>,
  ): Promise<void> {
    if (maxSessionDuration !== undefined) requireModifiable(identity);
    await tx.identity.update({
      where: key(identity),
      data: {
        ...(description === undefined ? {} : { description }),
        ...(maxSessionDuration === undefined ? {} : { maxSessionDurationSeconds: maxSessionDuration }),
      },
    });
  }

  async setDescription(tx: Transaction, identity: RoleRow, description: string): Promise<RoleRow> {
    return rowOf('role', await tx.identity.update({ where: key(identity), data: { description } }));
  }

  /** @throws ApiError MalformedPolicyDocument, LimitExceeded, UnmodifiableEntity */
  async setTrustPolicy(context: OperationContext<RoleRow>, document: string): Promise<void> {
    requireModifiable(context.target);
    const data = await this.trustPolicies.check(context, document);
    await context.tx.identity.update({ where: key(context.target), data });
  }

  /** @throws ApiError DeleteConflict, UnmodifiableEntity */
  async delete(tx: Transaction, identity: RoleRow): Promise<void> {
    requireModifiable(identity);
    const { accountId, identityId: roleId } = identity;
    if ((await tx.instanceProfile.count({ where: { accountId, roleId } })) > 0) {
      throw new ApiError('DeleteConflict', 'Cannot delete entity, must remove roles from instance profile first.');
    }
    await this.identities.delete(tx, identity);
  }
}

/** As returned by GetRole. */
export function toFullRole(identity: RoleRow, partition: string): Role {
  const { permissionsBoundaryArn, roleLastUsedAt, roleLastUsedRegion } = identity;
  const tags = toTagList(tagsColumn.read(identity.tags));
  return {
    ...toRole(identity, partition),
    ...(permissionsBoundaryArn === null
      ? {}
      : { permissionsBoundary: { permissionsBoundaryType: 'Policy' as const, permissionsBoundaryArn } }),
    ...(tags.length > 0 ? { tags } : {}),
    roleLastUsed: {
      ...(roleLastUsedAt ? { lastUsedDate: roleLastUsedAt } : {}),
      ...(roleLastUsedRegion ? { region: roleLastUsedRegion } : {}),
    },
  };
}

/** As in lists: without boundary, tags and last use (IAM API reference, ListRoles). */
function toRole(identity: ListedRow<'role'>, partition: string): Role {
  return {
    path: identity.path,
    roleName: identity.name,
    roleId: identity.identityId,
    arn: identityArn(identity, partition),
    createDate: identity.createdAt,
    assumeRolePolicyDocument: encodeDocument(identity.trustPolicy),
    description: identity.description || undefined,
    maxSessionDuration: identity.maxSessionDurationSeconds,
  };
}

/** As in instance profiles. */
export function toBriefRole(identity: ListedRow<'role'>, partition: string): BriefRole {
  const { maxSessionDuration: _, ...brief } = toRole(identity, partition);
  return brief;
}

function key({ accountId, identityId }: RoleRow) {
  return { accountId_identityId: { accountId, identityId } };
}
