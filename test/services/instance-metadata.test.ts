import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromInstanceMetadata } from '@aws-sdk/credential-providers';
import { newService, type TestService } from '../support/services.js';
import { sharedServer } from '../support/shared-server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';
import { type RunningAgent, startAgent } from '../support/workload-agent.js';
import { newWorkload, profileOf, serviceRole, type TestWorkload } from '../support/workloads.js';

const { baseUrl } = sharedServer();
const CREDENTIALS = '/latest/meta-data/iam/security-credentials/';
let acme: Tenant;
let compute: TestService;
let roleArn: string;
let instanceProfileArn: string;
let workload: TestWorkload;
let agent: RunningAgent;

beforeAll(async () => {
  acme = await newTenant(baseUrl);
  compute = await newService(await managementTenant(baseUrl));
  roleArn = await serviceRole(acme, compute);
  instanceProfileArn = await profileOf(acme, roleArn);
  workload = await newWorkload(compute, acme, { instanceProfileArn });
  agent = await startAgent(baseUrl, workload.token);
});
afterAll(() => agent?.stop());

/** Like `fetch`, which does not let a test choose the Host header. */
function send(method: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; text: string; ttl: string | undefined }>((resolve, reject) => {
    const outgoing = httpRequest(agent.url + path, { method, headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode!,
          text,
          ttl: incoming.headers['x-aws-ec2-metadata-token-ttl-seconds'] as string | undefined,
        }),
      );
    });
    outgoing.on('error', reject).end();
  });
}

const newToken = (more: Record<string, string> = {}) =>
  send('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '60', ...more });

async function get(path: string, more: Record<string, string> = {}) {
  return send('GET', path, { 'x-aws-ec2-metadata-token': (await newToken()).text, ...more });
}

describe('the instance metadata agent', () => {
  it('gives an unmodified SDK the credentials of the instance’s role', async () => {
    process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = agent.url;
    const credentials = fromInstanceMetadata();
    const sts = new STSClient({ endpoint: baseUrl, region: 'us-east-1', credentials });
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    delete process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT;
    const session = workload.resourceArn.split('/').at(-1)!;
    expect(Arn).toBe(`arn:aws:sts::${acme.accountId}:assumed-role/${roleArn.split('/').at(-1)!}/${session}`);
  });

  it('answers as EC2 does', async () => {
    const roleName = roleArn.split('/').at(-1)!;
    const instanceId = workload.resourceArn.split('/').at(-1)!;
    expect(await get(CREDENTIALS)).toMatchObject({ status: 200, text: roleName });
    expect((await get(CREDENTIALS.slice(0, -1))).text).toBe(roleName);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(JSON.parse((await get(CREDENTIALS + roleName)).text)).toEqual({
      Code: 'Success',
      Type: 'AWS-HMAC',
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      Token: expect.any(String),
      LastUpdated: time,
      Expiration: time,
    });
    expect(JSON.parse((await get('/latest/meta-data/iam/info')).text)).toEqual({
      Code: 'Success',
      LastUpdated: time,
      InstanceProfileArn: instanceProfileArn,
      InstanceProfileId: expect.stringMatching(/^AIPA/),
    });
    expect((await get('/latest/meta-data/instance-id')).text).toBe(instanceId);
    expect((await get('/latest/meta-data/')).text).toBe('iam/\ninstance-id');
    expect((await get('/latest/meta-data/iam/')).text).toBe('info\nsecurity-credentials/');
    const identity = JSON.parse((await get('/latest/dynamic/instance-identity/document')).text) as object;
    expect(identity).toMatchObject({ accountId: acme.accountId, instanceId, region: 'eu-1' });
    for (const path of ['/', '/latest/user-data', `${CREDENTIALS}other`, '/latest/meta-data/../../etc/passwd']) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
  });

  it('gives tokens that live from one second to six hours', async () => {
    expect(await newToken({ 'x-aws-ec2-metadata-token-ttl-seconds': '21600' })).toMatchObject({
      status: 200,
      ttl: '21600',
    });
    for (const ttl of ['0', '21601', '-1', 'x', '']) {
      const { status, text } = await newToken({ 'x-aws-ec2-metadata-token-ttl-seconds': ttl });
      expect([ttl, status, text]).toEqual([ttl, 400, '']);
    }
    expect((await send('PUT', '/latest/api/token')).status).toBe(400);
  });
});

/** Threat: a program on the instance, or a browser, is made to fetch a URL of an attacker's choice (SSRF). */
describe('nothing is told', () => {
  it('without a token that a PUT gave: no fallback to version 1', async () => {
    for (const headers of [{}, { 'x-aws-ec2-metadata-token': '' }, { 'x-aws-ec2-metadata-token': 'x'.repeat(56) }]) {
      expect(await send('GET', CREDENTIALS, headers)).toMatchObject({ status: 401, text: '' });
    }
    expect((await send('GET', '/latest/api/token')).status).toBe(405);
    for (const method of ['POST', 'DELETE', 'OPTIONS', 'PUT'])
      expect((await send(method, CREDENTIALS)).status).toBe(405);
  });

  it('through a proxy', async () => {
    expect(await newToken({ 'x-forwarded-for': '203.0.113.1' })).toMatchObject({ status: 403, text: '' });
    expect(await newToken({ forwarded: 'for=203.0.113.1' })).toMatchObject({ status: 403, text: '' });
    expect((await get(CREDENTIALS, { 'x-forwarded-for': '203.0.113.1' })).status).toBe(403);
  });

  it('under a name that was made to point here (DNS rebinding)', async () => {
    expect((await newToken({ host: 'attacker.example.com' })).status).toBe(403);
    expect((await newToken({ host: '127.0.0.1.attacker.example.com:80' })).status).toBe(403);
    expect((await newToken({ host: '169.254.169.254' })).status).toBe(200);
    expect((await newToken({ host: '[fd00:ec2::254]' })).status).toBe(200);
  });
});

/** Gatehouse behind a gateway that can be stopped. */
async function startGateway() {
  const gateway = { isUp: true, url: '', stop: () => server.close() };
  const server = createServer((request, response) => {
    if (!gateway.isUp) return response.writeHead(503).end();
    const headers = { authorization: request.headers.authorization ?? '' };
    void fetch(baseUrl + request.url!, { headers }).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  gateway.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return gateway;
}

it('while Gatehouse cannot be reached, what it said last is good, but not what it took back', async () => {
  const gateway = await startGateway();
  const usual = agent;
  const short = await newWorkload(compute, acme, { roleArn });
  agent = await startAgent(gateway.url, short.token);
  try {
    const document = CREDENTIALS + roleArn.split('/').at(-1)!;
    gateway.isUp = false;
    expect((await get(document)).status).toBe(503);
    gateway.isUp = true;
    const [credentials, id] = [await get(document), await get('/latest/meta-data/instance-id')];
    gateway.isUp = false;
    expect(await get(document)).toEqual(credentials);
    expect(await get('/latest/meta-data/instance-id')).toEqual(id);
    gateway.isUp = true;
    await compute.call('DELETE', short.path);
    expect((await get(document)).status).toBe(404);
    gateway.isUp = false;
    expect((await get(document)).status).toBe(503);
  } finally {
    await agent.stop();
    agent = usual;
    gateway.stop();
  }
});

it('an agent whose workload is deregistered gives nothing any more, and goes on with a new token', async () => {
  const second = await newWorkload(compute, acme, { roleArn });
  agent.setToken(second.token);
  expect((await get(CREDENTIALS)).status).toBe(200);
  // A role without an instance profile has no info.
  expect((await get('/latest/meta-data/iam/info')).status).toBe(404);
  await compute.call('DELETE', second.path);
  expect((await get(CREDENTIALS)).status).toBe(404);
  agent.setToken(workload.token);
  expect((await get(CREDENTIALS)).status).toBe(200);
});
