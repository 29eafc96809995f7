import { allow, newTenant } from '../support/tenant.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

const policyDocument = JSON.stringify(allow('orders:GetOrder'));

async function aPlatformPolicy({ call, unique }: CaseContext): Promise<Members> {
  const { policy } = await call('gatehouse:PutPlatformPolicy', { policyName: unique('Orders'), policyDocument });
  return { policyArn: policy.arn as string };
}

export const cases: readonly OperationCase[] = [
  {
    operation: 'gatehouse:PutPlatformPolicy',
    asManagement: true,
    arrange: ({ unique }) => ({
      policyName: unique('Orders'),
      path: '/service-role/',
      description: 'Reads orders',
      policyDocument,
    }),
    check: async ({ policy }, { call }, { policyName }) => {
      expect(policy).toMatchObject({
        arn: `arn:aws:iam::aws:policy/service-role/${policyName}`,
        description: 'Reads orders',
        defaultVersionId: 'v1',
        attachmentCount: 0,
      });
      const again = await call('gatehouse:PutPlatformPolicy', { policyName, policyDocument });
      expect(again['policy']).toMatchObject({ policyId: policy.policyId, defaultVersionId: 'v2' });
    },
    errors: {
      MalformedPolicyDocument: ({ unique }) => ({ policyName: unique('Orders'), policyDocument: '{}' }),
      LimitExceeded: ({ unique }) => ({
        policyName: unique('Orders'),
        policyDocument: JSON.stringify(allow(`orders:${'x'.repeat(6200)}`)),
      }),
      InvalidInput: () => ({ policyName: 'ReadOnlyAccess', path: '/elsewhere/', policyDocument }),
    },
  },
  {
    operation: 'gatehouse:DeletePlatformPolicy',
    asManagement: true,
    arrange: aPlatformPolicy,
    check: async (_, { tenant }, { policyArn }) => {
      expect((await tenant.rest.get(`/v1/policies/one?policyArn=${policyArn}`)).status).toBe(404);
    },
    errors: {
      NoSuchEntity: ({ unique }) => ({ policyArn: `arn:aws:iam::aws:policy/${unique('nothing')}` }),
      InvalidInput: () => ({ policyArn: 'arn:aws:iam::not-a-policy' }),
      DeleteConflict: async (context) => {
        const policy = await aPlatformPolicy(context);
        const other = await newTenant(context.tenant.baseUrl);
        const { userName } = await other.addUser('user');
        expect((await other.rest.put(`/v1/users/${userName}/attached-policies`, policy)).status).toBe(204);
        return policy;
      },
    },
  },
];
