import { setTimeout as pause } from 'node:timers/promises';
import { ListUsersCommand } from '@aws-sdk/client-iam';
import { newTenant } from '../support/tenant.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

async function rootPath({ call }: CaseContext): Promise<string> {
  const { organizationId, rootId } = (await call('gatehouse:GetOrganization')).organization as Members;
  return `${organizationId as string}/${rootId as string}`;
}

/** A report of one account whose root user's access key was used for IAM. */
async function finishedReport(context: CaseContext): Promise<Members> {
  const { call } = context;
  const tenant = await newTenant(context.tenant.baseUrl);
  await tenant.iam.send(new ListUsersCommand());
  const { accessKeyId } = tenant.accessKey;
  const lastUse = async () => (await tenant.rest.get(`/v1/access-keys/${accessKeyId}/last-used`)).body as Members;
  while ((await lastUse()).accessKeyLastUsed.lastUsedDate === undefined) await pause(50);
  const entityPath = `${await rootPath(context)}/${tenant.accountId}`;
  const { jobId } = await call('iam:GenerateOrganizationsAccessReport', { entityPath });
  while ((await call('iam:GetOrganizationsAccessReport', { jobId })).jobStatus === 'IN_PROGRESS') await pause(20);
  return { jobId, entityPath };
}

/** Enabled and disabled; each call returns the enabled features. */
function featureCases(action: string, feature: string): OperationCase[] {
  const start = { asManagement: true as const };
  return [
    {
      ...start,
      operation: `iam:Enable${action}`,
      arrange: async ({ call }) => {
        await call(`iam:Disable${action}`);
        return {};
      },
      check: async (output, { call }) => {
        expect(output.organizationId).toMatch(/^o-[a-z0-9]{10,32}$/);
        expect(output.enabledFeatures).toContain(feature);
        expect(await call('iam:ListOrganizationsFeatures')).toEqual(output);
      },
    },
    {
      ...start,
      operation: `iam:Disable${action}`,
      arrange: async ({ call }) => {
        await call(`iam:Enable${action}`);
        return {};
      },
      check: ({ enabledFeatures }) => expect(enabledFeatures ?? []).not.toContain(feature),
    },
  ];
}

export const cases: readonly OperationCase[] = [
  {
    operation: 'gatehouse:GetOrganization',
    asManagement: true,
    arrange: () => ({}),
    check: ({ organization }, { tenant }) => {
      expect(organization).toEqual({
        organizationId: expect.stringMatching(/^o-[a-z0-9]{10}$/),
        rootId: expect.stringMatching(/^r-[a-z0-9]{4}$/),
        managementAccountId: tenant.accountId,
      });
    },
  },
  ...featureCases('OrganizationsRootCredentialsManagement', 'RootCredentialsManagement'),
  ...featureCases('OrganizationsRootSessions', 'RootSessions'),
  {
    operation: 'iam:ListOrganizationsFeatures',
    asManagement: true,
    arrange: async ({ call }) => {
      await call('iam:EnableOrganizationsRootSessions');
      return {};
    },
    check: ({ enabledFeatures }) => expect(enabledFeatures).toContain('RootSessions'),
  },
  {
    operation: 'iam:GenerateOrganizationsAccessReport',
    asManagement: true,
    arrange: async (context) => ({ entityPath: await rootPath(context) }),
    check: async ({ jobId }, { call }) => {
      const finished = async () => {
        const report = await call('iam:GetOrganizationsAccessReport', { jobId });
        return report.jobStatus === 'IN_PROGRESS' ? undefined : report;
      };
      let report: Members | undefined;
      while (!report) report = await finished();
      expect(report).toMatchObject({ jobStatus: 'COMPLETED', numberOfServicesAccessible: 3 });
    },
    errors: {
      InvalidInput: async (context) => ({ entityPath: `${await rootPath(context)}/000000000001` }),
      ValidationError: () => ({ entityPath: 'o-elsewhere' }),
    },
  },
  {
    operation: 'iam:GetOrganizationsAccessReport',
    asManagement: true,
    arrange: async (context) => ({ jobId: (await finishedReport(context)).jobId as string }),
    check: ({ jobStatus, accessDetails, numberOfServicesNotAccessed }) => {
      expect(jobStatus).toBe('COMPLETED');
      const namespaces = (accessDetails as Members[]).map(({ serviceNamespace }) => serviceNamespace as string);
      expect(namespaces).toEqual(['gatehouse', 'iam', 'sts']);
      const [, iam] = accessDetails as Members[];
      expect(iam).toMatchObject({ region: 'us-east-1', totalAuthenticatedEntities: 1 });
      expect(iam!.lastAuthenticatedTime).toBeDefined();
      expect(numberOfServicesNotAccessed).toBe(2);
    },
    errors: { NoSuchEntity: () => ({ jobId: '5f0c1e9a-6d2b-4a53-9c51-0c9d3f1e7a42' }) },
  },
];
