import type { z } from 'zod';
import { rowOf } from '../../iam/resources/identity-rows.js';
import { toTagList, tagsColumn } from '../../kernel/tags.js';
import type { Prisma } from '../../generated/prisma/client.js';
import { identityArn } from '../../iam/resources/identity.target.js';
import { toInstanceProfile } from '../../iam/instance-profiles/instance-profiles.service.js';
import { describePolicy, platformUsage, usage } from '../../iam/policies/describe-policy.js';
import { encodeDocument } from '../../iam/policies/policy-documents.js';
import { policyNameOf } from '../../iam/policies/policy.target.js';
import type { groupDetail, managedPolicyDetail, roleDetail, userDetail } from './account-view.schema.js';

/** A user, group or role with all its permissions. */
export type IdentityRow = Prisma.IdentityGetPayload<{
  include: {
    inlinePolicies: true;
    attachments: true;
    groups: { include: { group: true } };
    instanceProfiles: true;
  };
}>;

/** A managed policy with its use and all its versions. */
export type ManagedPolicyRow =
  | Prisma.ManagedPolicyGetPayload<{ include: typeof usage & { versions: true } }>
  | Prisma.PlatformPolicyGetPayload<{ include: ReturnType<typeof platformUsage> & { versions: true } }>;

export function describeUser(row: IdentityRow, partition: string): z.input<typeof userDetail> {
  return {
    ...common(row, partition),
    userName: row.name,
    userId: row.identityId,
    userPolicyList: inlinePolicies(row),
    groupList: row.groups.map(({ group }) => group.name).sort(),
    ...boundary(row),
    tags: toTagList(tagsColumn.read(row.tags)),
  };
}

export function describeGroup(row: IdentityRow, partition: string): z.input<typeof groupDetail> {
  return {
    ...common(row, partition),
    groupName: row.name,
    groupId: row.identityId,
    groupPolicyList: inlinePolicies(row),
  };
}

export function describeRole(row: IdentityRow, partition: string): z.input<typeof roleDetail> {
  return {
    ...common(row, partition),
    roleName: row.name,
    roleId: row.identityId,
    assumeRolePolicyDocument: encodeDocument(rowOf('role', row).trustPolicy),
    instanceProfileList: row.instanceProfiles.map((profile) => toInstanceProfile({ ...profile, role: row }, partition)),
    rolePolicyList: inlinePolicies(row),
    ...boundary(row),
    tags: toTagList(tagsColumn.read(row.tags)),
    roleLastUsed: {
      ...(row.roleLastUsedAt ? { lastUsedDate: row.roleLastUsedAt } : {}),
      ...(row.roleLastUsedRegion ? { region: row.roleLastUsedRegion } : {}),
    },
  };
}

export function describeManagedPolicy(row: ManagedPolicyRow, partition: string): z.input<typeof managedPolicyDetail> {
  return {
    ...describePolicy(row, partition),
    ...(row.description ? { description: row.description } : {}),
    policyVersionList: row.versions.map(({ versionNumber, document, createdAt }) => ({
      document: encodeDocument(document),
      versionId: `v${versionNumber}`,
      isDefaultVersion: versionNumber === row.defaultVersionNumber,
      createDate: createdAt,
    })),
  };
}

function common(row: IdentityRow, partition: string) {
  return {
    path: row.path,
    arn: identityArn(row, partition),
    createDate: row.createdAt,
    attachedManagedPolicies: row.attachments.map(({ policyArn }) => ({
      policyName: policyNameOf(policyArn),
      policyArn,
    })),
  };
}

function inlinePolicies({ inlinePolicies }: IdentityRow) {
  return inlinePolicies.map(({ name, document }) => ({ policyName: name, policyDocument: encodeDocument(document) }));
}

function boundary({ permissionsBoundaryArn }: IdentityRow) {
  return permissionsBoundaryArn === null
    ? {}
    : { permissionsBoundary: { permissionsBoundaryType: 'Policy' as const, permissionsBoundaryArn } };
}
