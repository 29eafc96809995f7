import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { newService, type TestService } from '../support/services.js';
import { addRole, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';
import { type RunningAgent, startAgent } from '../support/workload-agent.js';
import { newWorkload, profileOf, serviceRole, type TestWorkload } from '../support/workloads.js';

const { baseUrl } = sharedServer();
const hasCli = spawnSync('aws', ['--version']).status === 0;
let acme: Tenant;
let compute: TestService;
let roleArn: string;
let workload: TestWorkload;
let agent: RunningAgent;

beforeAll(async () => {
  acme = await newTenant(baseUrl);
  compute = await newService(await managementTenant(baseUrl));
  roleArn = await serviceRole(acme, compute);
  workload = await newWorkload(compute, acme, { instanceProfileArn: await profileOf(acme, roleArn) });
  agent = await startAgent(baseUrl, workload.token);
});
afterAll(() => agent?.stop());

/** The CLI without any credentials of its own. @returns its identity */
async function callerArn(more: Record<string, string>): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_ENDPOINT_URL: baseUrl,
    AWS_DEFAULT_REGION: 'us-east-1',
    ...more,
  };
  const command = ['sts', 'get-caller-identity', '--output', 'text', '--query', 'Arn'];
  return (await promisify(execFile)('aws', command, { env })).stdout.trim();
}

const session = (arn: string, name: string) =>
  `arn:aws:sts::${acme.accountId}:assumed-role/${arn.split('/').at(-1)!}/${name}`;

/** Botocore uses other settings than the JavaScript SDK. */
(hasCli ? describe : describe.skip)('the AWS CLI on a workload is its role', () => {
  const instanceId = () => workload.resourceArn.split('/').at(-1)!;

  it('by the container credentials endpoint', async () => {
    const environment = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${baseUrl}/v1/workload-credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: workload.token,
    };
    expect(await callerArn(environment)).toBe(session(roleArn, instanceId()));
  });

  it('by the instance metadata service', async () => {
    const environment = { AWS_EC2_METADATA_SERVICE_ENDPOINT: agent.url };
    expect(await callerArn(environment)).toBe(session(roleArn, instanceId()));
  });

  it('by a web identity token file', async () => {
    const issuer = `${baseUrl}/workloads/${acme.accountId}`;
    const provider = { url: issuer, clientIdList: ['sts.amazonaws.com'] };
    const { body } = await acme.rest.post('/v1/oidc-providers', provider);
    const federated = await addRole(
      acme,
      trusting({
        Principal: { Federated: body.openIdConnectProviderArn as string },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${issuer.replace('http://', '')}:sub`]: workload.resourceArn } },
      }),
    );
    const environment = {
      AWS_WEB_IDENTITY_TOKEN_FILE: await agent.identityToken(),
      AWS_ROLE_ARN: federated,
      AWS_ROLE_SESSION_NAME: 'cli',
    };
    expect(await callerArn(environment)).toBe(session(federated, 'cli'));
  });
});
