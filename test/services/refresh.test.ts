import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { fromContainerMetadata, fromHttp, fromInstanceMetadata } from '@aws-sdk/credential-providers';
import { newService, type TestService } from '../support/services.js';
import { type ShiftedServer, startShiftedServer } from '../support/shifted-server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';
import { type RunningAgent, startAgent } from '../support/workload-agent.js';
import { newWorkload, profileOf, serviceRole } from '../support/workloads.js';

let server: ShiftedServer;
let agent: RunningAgent;
let acme: Tenant;
let compute: TestService;

beforeAll(async () => {
  server = await startShiftedServer();
  acme = await newTenant(server.baseUrl);
  compute = await newService(await managementTenant(server.baseUrl));
  agent = await startAgent(server.baseUrl, (await newShortLived()).token);
  process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${server.baseUrl}/v1/workload-credentials`;
  process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = agent.url;
});
afterAll(async () => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  await agent?.stop();
  await server?.stop();
});

/** A workload whose credentials are valid for a quarter of an hour. */
async function newShortLived() {
  const instanceProfileArn = await profileOf(acme, await serviceRole(acme, compute));
  return newWorkload(compute, acme, { instanceProfileArn }, { durationSeconds: 900 });
}

function client(credentials: NonNullable<STSClientConfig['credentials']>) {
  return new STSClient({ endpoint: server.baseUrl, region: 'us-east-1', credentials, maxAttempts: 1 });
}

/** @returns the key that the client signs with now, after a successful call */
async function use(sts: STSClient): Promise<string> {
  await sts.send(new GetCallerIdentityCommand({}));
  return (await sts.config.credentials()).accessKeyId;
}

/** A client keeps the provider's credentials until five minutes before they expire, and then asks again. */
it.each([
  ['fromContainerMetadata', () => fromContainerMetadata()],
  ['fromHttp', () => fromHttp({})],
  ['fromInstanceMetadata', () => fromInstanceMetadata()],
])('a client with %s gets new credentials before the old ones end', async (_, provider) => {
  server.setClock(0);
  const { token } = await newShortLived();
  process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN = token;
  agent.setToken(token);
  const sts = client(provider());
  const first = await use(sts);
  server.setClock(400);
  expect(await use(sts)).toBe(first);
  server.setClock(800);
  const second = await use(sts);
  expect(second).not.toBe(first);
  server.setClock(1000);
  expect(await use(sts)).toBe(second);
});

it('the old ones end to the second', async () => {
  server.setClock(0);
  const { token } = await newShortLived();
  const headers = { authorization: token };
  const response = await fetch(`${server.baseUrl}/v1/workload-credentials`, { headers });
  const given = (await response.json()) as Record<string, string>;
  const credentials = {
    accessKeyId: given['AccessKeyId']!,
    secretAccessKey: given['SecretAccessKey']!,
    sessionToken: given['Token']!,
  };
  const left = (Date.parse(given['Expiration']!) - Date.now()) / 1000;
  server.setClock(left - 5);
  await client(credentials).send(new GetCallerIdentityCommand({}));
  server.setClock(left);
  await expect(client(credentials).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'ExpiredToken',
  });
});
