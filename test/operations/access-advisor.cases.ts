import { allow } from '../support/tenant.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

/** A user that may call IAM's read operations. */
async function aReader({ call, unique, tenant }: CaseContext): Promise<{ arn: string }> {
  const userName = unique('reader');
  await call('iam:CreateUser', { userName });
  const policyDocument = JSON.stringify(allow('iam:GetUser', 'iam:ListUsers'));
  await call('iam:PutUserPolicy', { userName, policyName: 'read', policyDocument });
  return { arn: `arn:aws:iam::${tenant.accountId}:user/${userName}` };
}

const nobody = ({ tenant, unique }: CaseContext) => ({
  arn: `arn:aws:iam::${tenant.accountId}:user/${unique('nobody')}`,
});
const noArn = () => ({ arn: 'arn:aws:s3:::a-bucket-of-somebody' });
const noJob = { jobId: '00000000-0000-4000-8000-000000000000' };

async function aJob(context: CaseContext): Promise<Members> {
  const { jobId } = await context.call('iam:GenerateServiceLastAccessedDetails', {
    ...(await aReader(context)),
    granularity: 'ACTION_LEVEL',
  });
  return { jobId: jobId as string };
}

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:GenerateServiceLastAccessedDetails',
    arrange: aReader,
    check: ({ jobId }) => expect(jobId).toMatch(/^[0-9a-f-]{36}$/),
    errors: { NoSuchEntity: nobody, InvalidInput: noArn, ValidationError: () => ({ arn: 'short' }) },
  },
  {
    operation: 'iam:GetServiceLastAccessedDetails',
    arrange: aJob,
    check: ({ jobStatus, jobType, servicesLastAccessed, isTruncated }) => {
      expect({ jobStatus, jobType, isTruncated }).toEqual({
        jobStatus: 'COMPLETED',
        jobType: 'ACTION_LEVEL',
        isTruncated: false,
      });
      expect(servicesLastAccessed).toEqual([
        {
          serviceName: 'AWS Identity and Access Management',
          serviceNamespace: 'iam',
          totalAuthenticatedEntities: 0,
          trackedActionsLastAccessed: [{ actionName: 'GetUser' }, { actionName: 'ListUsers' }],
        },
      ]);
    },
    errors: { NoSuchEntity: () => noJob },
  },
  {
    operation: 'iam:GetServiceLastAccessedDetailsWithEntities',
    arrange: async (context) => ({ ...(await aJob(context)), serviceNamespace: 'iam' }),
    check: ({ entityDetailsList }) => {
      expect(entityDetailsList).toEqual([
        {
          entityInfo: {
            arn: expect.stringContaining(':user/reader-'),
            name: expect.stringMatching(/^reader-/),
            type: 'USER',
            id: expect.stringMatching(/^AIDA/),
            path: '/',
          },
        },
      ]);
    },
    errors: {
      NoSuchEntity: () => ({ ...noJob, serviceNamespace: 'iam' }),
      InvalidInput: async (context) => ({ ...(await aJob(context)), serviceNamespace: 'moon' }),
    },
  },
  {
    operation: 'iam:ListPoliciesGrantingServiceAccess',
    arrange: async (context) => ({ ...(await aReader(context)), serviceNamespaces: ['sts', 'iam'] }),
    check: ({ policiesGrantingServiceAccess }) => {
      expect(policiesGrantingServiceAccess).toEqual([
        {
          serviceNamespace: 'iam',
          policies: [
            {
              policyName: 'read',
              policyType: 'INLINE',
              entityType: 'USER',
              entityName: expect.stringMatching(/^reader-/),
            },
          ],
        },
        { serviceNamespace: 'sts', policies: [] },
      ]);
    },
    errors: {
      NoSuchEntity: (context) => ({ ...nobody(context), serviceNamespaces: ['iam'] }),
      InvalidInput: () => ({ ...noArn(), serviceNamespaces: ['iam'] }),
    },
  },
  {
    operation: 'gatehouse:SuggestLeastPrivilege',
    arrange: aReader,
    check: ({ usedActions, suggestedPolicy, changes }) => {
      expect(usedActions).toEqual([]);
      expect(suggestedPolicy).toBeUndefined();
      expect(changes).toEqual([
        expect.objectContaining({ change: 'remove', unusedActions: ['iam:GetUser', 'iam:ListUsers'] }),
      ]);
    },
    errors: { NoSuchEntity: nobody, InvalidInput: noArn },
  },
];
