import { newTenant } from '../support/tenant.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

const template = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: ['arn:aws:iam::123456789012:user/@{userNames}'] }],
};

async function newRequest({ call, unique }: CaseContext): Promise<Members> {
  const policyName = unique('template');
  const { policy } = await call('iam:CreatePolicy', { policyName, policyDocument: JSON.stringify(template) });
  return {
    description: 'To set up monitoring',
    permissions: {
      policyTemplateArn: policy.arn as string,
      parameters: [{ name: 'userNames', values: ['ana', 'bob'], type: 'stringList' }],
    },
    requestorWorkflowId: unique('workflow'),
    notificationChannel: 'arn:aws:sns:us-east-1:123456789012:topic',
    sessionDuration: 3600,
  };
}

/** A request of this account to itself, in a given state. */
async function aRequest(context: CaseContext, ...steps: string[]): Promise<{ delegationRequestId: string }> {
  const created = await context.call('iam:CreateDelegationRequest', await newRequest(context));
  const named = { delegationRequestId: created.delegationRequestId as string };
  for (const step of steps) await context.call(`iam:${step}`, named);
  return named;
}

const associated = (context: CaseContext) => aRequest(context, 'AssociateDelegationRequest');
const accepted = (context: CaseContext) => aRequest(context, 'AssociateDelegationRequest', 'AcceptDelegationRequest');
const sent = (context: CaseContext) =>
  aRequest(context, 'AssociateDelegationRequest', 'AcceptDelegationRequest', 'SendDelegationToken');
const rejected = (context: CaseContext) => aRequest(context, 'AssociateDelegationRequest', 'RejectDelegationRequest');

async function stateOf({ call }: CaseContext, { delegationRequestId }: Members): Promise<Members> {
  return (await call('iam:GetDelegationRequest', { delegationRequestId })).delegationRequest as Members;
}

const noRequest = {
  NoSuchEntity: () => ({ delegationRequestId: '123456789012-5f0c1e9a-6d2b-4a53-9c51-0c9d3f1e7a42' }),
};

async function arnOf(context: CaseContext): Promise<{ entityArn: string }> {
  const { delegationRequestId } = await associated(context);
  return { entityArn: `arn:aws:iam::${context.tenant.accountId}:delegation-request/${delegationRequestId}` };
}

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:CreateDelegationRequest',
    arrange: newRequest,
    check: async ({ delegationRequestId, consoleDeepLink }, context) => {
      expect(consoleDeepLink).toContain(delegationRequestId);
      const request = await stateOf(context, { delegationRequestId });
      expect(request).toMatchObject({ state: 'UNASSIGNED', requestorId: context.tenant.accountId });
      const { Statement } = JSON.parse(request.permissionPolicy as string) as Members;
      expect(Statement[0].Resource).toEqual(['ana', 'bob'].map((name) => `arn:aws:iam::123456789012:user/${name}`));
    },
    errors: {
      EntityAlreadyExists: async (context) => {
        const input = await newRequest(context);
        await context.call('iam:CreateDelegationRequest', input);
        return input;
      },
      InvalidInput: async (context) => {
        const input = await newRequest(context);
        return { ...input, permissions: { ...(input.permissions as Members), parameters: [] } };
      },
      ValidationError: async (context) => ({ ...(await newRequest(context)), sessionDuration: 60 }),
    },
  },
  {
    operation: 'iam:GetDelegationRequest',
    arrange: async (context) => ({ ...(await associated(context)), delegationPermissionCheck: true }),
    check: ({ delegationRequest, permissionCheckStatus, permissionCheckResult }, { tenant }) => {
      expect(delegationRequest).toMatchObject({
        state: 'ASSIGNED',
        ownerAccountId: tenant.accountId,
        ownerId: `arn:aws:iam::${tenant.accountId}:root`,
      });
      // The users belong to another account.
      expect([permissionCheckStatus, permissionCheckResult]).toEqual(['COMPLETE', 'DENIED']);
    },
    errors: noRequest,
  },
  {
    operation: 'iam:ListDelegationRequests',
    arrange: async (context) => {
      await aRequest(context);
      await associated(context);
      return { ownerId: `arn:aws:iam::${context.tenant.accountId}:root` };
    },
    check: ({ delegationRequests, isTruncated }) => {
      const states = (delegationRequests as Members[]).map(({ state }) => state as string);
      expect(new Set(states)).toEqual(new Set(['ASSIGNED']));
      expect(isTruncated).toBe(false);
    },
    errors: { ValidationError: () => ({ marker: 'made-up' }) },
  },
  {
    operation: 'iam:AssociateDelegationRequest',
    arrange: (context) => aRequest(context),
    check: async (_, context, input) => expect((await stateOf(context, input)).state).toBe('ASSIGNED'),
    errors: { ...noRequest, InvalidInput: associated },
  },
  {
    operation: 'iam:UpdateDelegationRequest',
    arrange: async (context) => ({ ...(await associated(context)), notes: 'please look' }),
    check: async (_, context, input) => {
      expect(await stateOf(context, input)).toMatchObject({ state: 'PENDING_APPROVAL', notes: 'please look' });
    },
    errors: { ...noRequest, InvalidInput: rejected },
  },
  {
    operation: 'iam:AcceptDelegationRequest',
    arrange: associated,
    check: async (_, context, input) => {
      const approverId = `arn:aws:iam::${context.tenant.accountId}:root`;
      expect(await stateOf(context, input)).toMatchObject({ state: 'ACCEPTED', approverId });
    },
    errors: { ...noRequest, InvalidInput: rejected },
  },
  {
    operation: 'iam:RejectDelegationRequest',
    arrange: async (context) => ({ ...(await accepted(context)), notes: 'changed our mind' }),
    check: async (_, context, input) => {
      const rejectionReason = 'changed our mind';
      expect(await stateOf(context, input)).toMatchObject({ state: 'REJECTED', rejectionReason });
    },
    errors: { ...noRequest, InvalidInput: sent },
  },
  {
    operation: 'iam:SendDelegationToken',
    arrange: accepted,
    check: async (_, context, input) => expect((await stateOf(context, input)).state).toBe('FINALIZED'),
    errors: { ...noRequest, InvalidInput: associated },
  },
  {
    operation: 'gatehouse:RetrieveDelegationToken',
    arrange: sent,
    check: ({ tradeInToken }, _, { delegationRequestId }) => expect(tradeInToken).toContain(delegationRequestId),
    errors: { ...noRequest, InvalidInput: accepted },
  },
  {
    operation: 'iam:GetHumanReadableSummary',
    arrange: arnOf,
    check: ({ summaryState, summaryContent, locale }, { tenant }) => {
      expect([summaryState, locale]).toEqual(['AVAILABLE', 'en']);
      expect(summaryContent).toContain(tenant.accountId);
      expect(summaryContent).toContain('iam:GetUser');
    },
    errors: {
      NoSuchEntity: async (context) => {
        const stranger = await newTenant(context.tenant.baseUrl);
        const id = `${stranger.accountId}-5f0c1e9a-6d2b-4a53-9c51-0c9d3f1e7a42`;
        return { entityArn: `arn:aws:iam::${stranger.accountId}:delegation-request/${id}` };
      },
      InvalidInput: ({ tenant }) => ({ entityArn: `arn:aws:iam::${tenant.accountId}:user/ana` }),
    },
  },
];
