import { allow, deny } from '../support/tenant.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';
import { blueTeam, tagCases } from './harness/tag-cases.js';

const policyDocument = JSON.stringify(allow('orders:GetOrder'));
const otherDocument = JSON.stringify(deny('orders:GetOrder'));

async function aPolicy({ call, unique }: CaseContext): Promise<{ policyArn: string }> {
  const { policy } = await call('iam:CreatePolicy', { policyName: unique('policy'), policyDocument });
  return { policyArn: policy.arn as string };
}

async function aPolicyWithTwoVersions(context: CaseContext): Promise<{ policyArn: string; versionId: string }> {
  const policy = await aPolicy(context);
  await context.call('iam:CreatePolicyVersion', { ...policy, policyDocument: otherDocument });
  return { ...policy, versionId: 'v2' };
}

async function anAttachedPolicy(context: CaseContext): Promise<{ policyArn: string }> {
  const policy = await aPolicy(context);
  const userName = context.unique('user');
  await context.call('iam:CreateUser', { userName });
  await context.tenant.rest.put(`/v1/users/${userName}/attached-policies`, policy);
  return policy;
}

/** For text that is not the ARN of a policy; some operations need more. */
const noArn = (more: Members = {}) => ({ InvalidInput: () => ({ policyArn: 'arn:aws:iam::not-a-policy', ...more }) });

const aMissingArn = ({ tenant, unique }: CaseContext): { policyArn: string } => ({
  policyArn: `arn:aws:iam::${tenant.accountId}:policy/${unique('nothing')}`,
});

const malformed = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Perhaps', Action: '*', Resource: '*' }],
});

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:CreatePolicy',
    arrange: ({ unique }) => ({ policyName: unique('policy'), policyDocument, path: '/team/', description: 'Reads' }),
    check: ({ policy }, { tenant }, { policyName }) => {
      expect(policy.policyId).toMatch(/^ANPA[A-Z2-7]{17}$/);
      expect(policy).toMatchObject({
        arn: `arn:aws:iam::${tenant.accountId}:policy/team/${policyName}`,
        defaultVersionId: 'v1',
        attachmentCount: 0,
        isAttachable: true,
      });
    },
    errors: {
      EntityAlreadyExists: async (context) => {
        const { policyArn } = await aPolicy(context);
        return { policyName: policyArn.split('/').at(-1)!.toUpperCase(), policyDocument };
      },
      InvalidInput: ({ unique }) => ({
        policyName: unique('policy'),
        policyDocument,
        tags: [...blueTeam, ...blueTeam],
      }),
      MalformedPolicyDocument: ({ unique }) => ({ policyName: unique('policy'), policyDocument: malformed }),
      LimitExceeded: ({ unique }) => ({
        policyName: unique('policy'),
        policyDocument: JSON.stringify(allow(`orders:${'x'.repeat(6200)}`)),
      }),
    },
  },
  {
    operation: 'iam:GetPolicy',
    arrange: anAttachedPolicy,
    check: ({ policy }, _, { policyArn }) => expect(policy).toMatchObject({ arn: policyArn, attachmentCount: 1 }),
    errors: { NoSuchEntity: aMissingArn, ...noArn() },
  },
  {
    operation: 'iam:ListPolicies',
    arrange: async (context) => {
      await aPolicy(context);
      await anAttachedPolicy(context);
      return { scope: 'Local', onlyAttached: true };
    },
    check: ({ policies }) => {
      expect(policies.length).toBeGreaterThan(0);
      expect(policies.every(({ attachmentCount }: Members) => attachmentCount > 0)).toBe(true);
    },
    errors: { ValidationError: () => ({ scope: 'Everything' }) },
  },
  {
    operation: 'iam:DeletePolicy',
    arrange: aPolicy,
    check: async (_, { tenant }, { policyArn }) => {
      expect((await tenant.rest.get(`/v1/policies/one?policyArn=${policyArn}`)).status).toBe(404);
    },
    errors: { NoSuchEntity: aMissingArn, DeleteConflict: anAttachedPolicy, ...noArn() },
  },
  {
    operation: 'iam:CreatePolicyVersion',
    arrange: async (context) => ({ ...(await aPolicy(context)), policyDocument: otherDocument, setAsDefault: true }),
    check: ({ policyVersion }) => expect(policyVersion).toMatchObject({ versionId: 'v2', isDefaultVersion: true }),
    errors: {
      ...noArn({ policyDocument }),
      NoSuchEntity: (context) => ({ ...aMissingArn(context), policyDocument }),
      MalformedPolicyDocument: async (context) => ({ ...(await aPolicy(context)), policyDocument: malformed }),
      LimitExceeded: async (context) => {
        const policy = await aPolicyWithTwoVersions(context);
        for (let version = 3; version <= 5; version += 1) {
          await context.call('iam:CreatePolicyVersion', { policyArn: policy.policyArn, policyDocument });
        }
        return { policyArn: policy.policyArn, policyDocument };
      },
    },
  },
  {
    operation: 'iam:GetPolicyVersion',
    arrange: aPolicyWithTwoVersions,
    check: ({ policyVersion }) => {
      expect(policyVersion).toMatchObject({ versionId: 'v2', isDefaultVersion: false });
      expect(decodeURIComponent(policyVersion.document as string)).toBe(otherDocument);
    },
    errors: {
      NoSuchEntity: async (context) => ({ ...(await aPolicy(context)), versionId: 'v9' }),
      ...noArn({ versionId: 'v1' }),
    },
  },
  {
    operation: 'iam:ListPolicyVersions',
    arrange: async (context) => ({ policyArn: (await aPolicyWithTwoVersions(context)).policyArn }),
    check: ({ versions }) => expect(versions.map(({ versionId }: Members) => versionId)).toEqual(['v2', 'v1']),
    errors: { NoSuchEntity: aMissingArn, ...noArn() },
  },
  {
    operation: 'iam:SetDefaultPolicyVersion',
    arrange: aPolicyWithTwoVersions,
    check: async (_, { call }, { policyArn }) => {
      expect((await call('iam:GetPolicy', { policyArn })).policy.defaultVersionId).toBe('v2');
    },
    errors: {
      NoSuchEntity: async (context) => ({ ...(await aPolicy(context)), versionId: 'v9' }),
      ...noArn({ versionId: 'v1' }),
    },
  },
  {
    operation: 'iam:DeletePolicyVersion',
    arrange: aPolicyWithTwoVersions,
    check: async (_, { call }, { policyArn }) => {
      expect((await call('iam:ListPolicyVersions', { policyArn })).versions).toHaveLength(1);
    },
    errors: {
      ...noArn({ versionId: 'v1' }),
      NoSuchEntity: async (context) => ({ ...(await aPolicy(context)), versionId: 'v9' }),
      DeleteConflict: async (context) => ({ ...(await aPolicy(context)), versionId: 'v1' }),
    },
  },
  {
    operation: 'iam:ListEntitiesForPolicy',
    arrange: anAttachedPolicy,
    check: ({ policyUsers, policyGroups, policyRoles, isTruncated }) => {
      expect(policyUsers).toEqual([
        { userName: expect.stringMatching(/^user-/), userId: expect.stringMatching(/^AIDA/) },
      ]);
      expect([policyGroups, policyRoles, isTruncated]).toEqual([[], [], false]);
    },
    errors: {
      NoSuchEntity: aMissingArn,
      ...noArn(),
      ValidationError: async (context) => ({ ...(await aPolicy(context)), entityFilter: 'Everyone' }),
    },
  },
  ...tagCases(
    'Policy',
    async ({ call, unique }) => {
      const input = { policyName: unique('policy'), policyDocument, tags: blueTeam };
      return { policyArn: (await call('iam:CreatePolicy', input)).policy.arn as string };
    },
    aMissingArn,
    true,
  ),
];
