import {
  EnableOrganizationsRootSessionsCommand,
  GenerateOrganizationsAccessReportCommand,
  GetOrganizationsAccessReportCommand,
  ListOrganizationsFeaturesCommand,
} from '@aws-sdk/client-iam';
import { setTimeout as pause } from 'node:timers/promises';
import { sharedServer } from '../support/shared-server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';

let management: Tenant;
let member: Tenant;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  [management, member] = await Promise.all([managementTenant(baseUrl), newTenant(baseUrl)]);
});

/** Threat: a tenant's owner, who may do everything in its own account, acts for the organization. */
describe('a member account', () => {
  it('is no management account', async () => {
    await expect(member.iam.send(new EnableOrganizationsRootSessionsCommand())).rejects.toMatchObject({
      name: 'CallerIsNotManagementAccountException',
    });
    await expect(member.iam.send(new ListOrganizationsFeaturesCommand())).rejects.toMatchObject({
      name: 'AccountNotManagementOrDelegatedAdministratorException',
    });
  });

  it('gets no report, whoever asked for it', async () => {
    const EntityPath = await rootPath();
    const { JobId } = await management.iam.send(new GenerateOrganizationsAccessReportCommand({ EntityPath }));
    for (const command of [new GetOrganizationsAccessReportCommand({ JobId })]) {
      await expect(member.iam.send(command)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
    const generate = new GenerateOrganizationsAccessReportCommand({ EntityPath });
    await expect(member.iam.send(generate)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

it('a report pages and sorts by the time of the last use', async () => {
  const { JobId } = await management.iam.send(
    new GenerateOrganizationsAccessReportCommand({ EntityPath: `${await rootPath()}/${management.accountId}` }),
  );
  const get = (input: object) => management.iam.send(new GetOrganizationsAccessReportCommand({ JobId, ...input }));
  while ((await get({})).JobStatus === 'IN_PROGRESS') await pause(20);
  const SortKey = 'SERVICE_NAMESPACE_DESCENDING';
  const names: (string | undefined)[] = [];
  let Marker: string | undefined;
  do {
    const page = await get({ SortKey, MaxItems: 1, Marker });
    names.push(...(page.AccessDetails ?? []).map(({ ServiceNamespace }) => ServiceNamespace));
    Marker = page.Marker;
  } while (Marker);
  expect(names).toEqual(['sts', 'iam', 'gatehouse']);
  const byTime = (await get({ SortKey: 'LAST_AUTHENTICATED_TIME_DESCENDING' })).AccessDetails!;
  const times = byTime.map(({ LastAuthenticatedTime }) => LastAuthenticatedTime?.getTime() ?? 0);
  expect(times).toEqual([...times].sort((left, right) => right - left));
});

it('a report for a policy that does not exist fails and says so', async () => {
  const input = { EntityPath: await rootPath(), OrganizationsPolicyId: 'p-12345678' };
  const { JobId } = await management.iam.send(new GenerateOrganizationsAccessReportCommand(input));
  const report = await management.iam.send(new GetOrganizationsAccessReportCommand({ JobId }));
  expect(report).toMatchObject({ JobStatus: 'FAILED', ErrorDetails: { Code: 'POLICY_NOT_FOUND' } });
});

async function rootPath(): Promise<string> {
  const { organization } = (await management.rest.get('/v1/organization')).body;
  return `${organization.organizationId}/${organization.rootId}`;
}
