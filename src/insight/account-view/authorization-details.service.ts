import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { pageAcross, type Part } from '../../kernel/paging/paging-across.js';
import type { IdentityType, Prisma } from '../../generated/prisma/client.js';
import { CurrentPrincipals } from '../../iam/policies/current-principals.service.js';
import { platformUsage, usage } from '../../iam/policies/describe-policy.js';
import type { authorizationDetailsInput, entityType } from './account-view.schema.js';
import {
  describeGroup,
  describeManagedPolicy,
  describeRole,
  describeUser,
  type IdentityRow,
  type ManagedPolicyRow,
} from './describe-details.js';

type EntityType = z.output<typeof entityType>;

/** The lists of the pages, by the names in filters. */
interface Details {
  User: IdentityRow;
  Group: IdentityRow;
  Role: IdentityRow;
  LocalManagedPolicy: ManagedPolicyRow;
  AWSManagedPolicy: ManagedPolicyRow;
}
const order = ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const;

const byName = { nameKey: 'asc' } as const;
const versions = { versions: { orderBy: { versionNumber: 'desc' } } } as const;
const withPolicies = {
  inlinePolicies: { orderBy: { name: 'asc' } },
  attachments: { orderBy: { policyArn: 'asc' } },
  groups: { include: { group: true } },
  instanceProfiles: { orderBy: { nameKey: 'asc' } },
} as const satisfies Prisma.IdentityInclude;

/** Users, groups, roles and policies that are read for a page; AWS also "might return fewer". */
const MAXIMUM_ITEMS = 100;
const ENCODED = 3;

/** All identities and policies of an account. Source: IAM API reference. */
@Injectable()
export class AuthorizationDetailsService {
  constructor(private readonly currentPrincipals: CurrentPrincipals) {}

  async list(context: OperationContext, input: z.output<typeof authorizationDetailsInput>) {
    const { tx, accountId, partition } = context;
    const from = (after: string | undefined) => (after === undefined ? {} : { nameKey: { gt: after } });
    const identities = (type: IdentityType): Part<IdentityRow> => ({
      read: (after, take) =>
        tx.identity.findMany({
          where: { accountId, type, ...from(after) },
          include: withPolicies,
          orderBy: byName,
          take,
        }),
      keyOf: ({ nameKey }) => nameKey,
    });
    const all: { [Name in EntityType]: Part<Details[Name]> } = {
      User: identities('user'),
      Group: identities('group'),
      Role: identities('role'),
      LocalManagedPolicy: {
        read: (after, take) =>
          tx.managedPolicy.findMany({
            where: { accountId, ...from(after) },
            include: { ...usage, ...versions },
            orderBy: byName,
            take,
          }),
        keyOf: ({ nameKey }) => nameKey,
      },
      AWSManagedPolicy: {
        read: (after, take) =>
          tx.platformPolicy.findMany({
            where: { ...inUse(accountId), ...from(after) },
            include: { ...platformUsage(accountId), ...versions },
            orderBy: byName,
            take,
          }),
        keyOf: ({ nameKey }) => nameKey,
      },
    };
    const wanted = new Set<EntityType>(input.filter?.length ? input.filter : order);
    const parts = Object.fromEntries(order.filter((name) => wanted.has(name)).map((name) => [name, all[name]]));
    const bounded = { ...input, maxItems: Math.min(input.maxItems ?? MAXIMUM_ITEMS, MAXIMUM_ITEMS) };
    const { lists, paging } = await pageAcross<Details>(order, parts, bounded, sizeOf);
    const roles = await this.currentPrincipals.inTrustPolicies(context, lists.Role);
    return {
      userDetailList: lists.User.map((row) => describeUser(row, partition)),
      groupDetailList: lists.Group.map((row) => describeGroup(row, partition)),
      roleDetailList: roles.map((row) => describeRole(row, partition)),
      policies: [...lists.LocalManagedPolicy, ...lists.AWSManagedPolicy].map((row) =>
        describeManagedPolicy(row, partition),
      ),
      ...paging,
    };
  }
}

function inUse(accountId: string): Prisma.PlatformPolicyWhereInput {
  return { OR: [{ attachments: { some: { accountId } } }, { boundaryOf: { some: { accountId } } }] };
}

/** Percent-encoded characters of the documents and tags: three for most of them. */
function sizeOf(row: Details[EntityType]): number {
  const versions = 'versions' in row ? row.versions : [];
  const inline = 'inlinePolicies' in row ? row.inlinePolicies : [];
  const trustPolicy = 'trustPolicy' in row ? (row.trustPolicy ?? '') : '';
  const documents = [...versions, ...inline].reduce((sum, { document }) => sum + document.length, trustPolicy.length);
  return ENCODED * documents + ('tags' in row ? JSON.stringify(row.tags).length : 0);
}
