/**
 * `npm run bench -- data-plane`: decisions and signed requests per second, as a fraction of a bare Fastify route that
 * returns the same bytes, including headers, under the same load. Both servers alternate (ROUNDS of SECONDS each) with
 * CONNECTIONS connections. Goals: 70 % for decisions with a bearer token, 50 % for requests with a signature; 50 times
 * as many calls of GetCallerIdentity and GetUser as moto_server, if it is installed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type autocannon from 'autocannon';
import { signAwsRequest } from '../../test/support/raw-aws-request.js';
import { type LoadRequest, median, shoot } from './load.js';
import { startMoto } from './moto.js';
import { closeRunDirectory, openRunDirectory } from '../../test/support/run-directory.js';
import { startServer } from '../../test/support/server.js';
import { type AccessKey, allow, newTenant, type Tenant } from '../../test/support/tenant.js';

const rounds = Number(process.env.ROUNDS ?? 3);

/** Headers that Node.js adds to every response. */
const ofTheServer = new Set(['connection', 'keep-alive', 'date', 'content-length']);

interface Load {
  readonly name: string;
  readonly goal: number;
  readonly requests: readonly LoadRequest[];
}

await openRunDirectory();
// As run by `npm start`, without a log line per request, like the bare route.
const environment = { LOG_LEVEL: 'warn', NODE_OPTIONS: '--max-semi-space-size=32' };
const server = await startServer({ environment });
try {
  const tenant = await newTenant(server.baseUrl);
  console.log('| request | Gatehouse, a second | p99 | bare route, a second | fraction | goal |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  const decision = await decisions(tenant);
  for (const load of [decision, await signedGetUser(tenant)]) await compare(load);
  await reportFloor(decision);
  await compareWithMoto(tenant);
} finally {
  await server.stop();
  await closeRunDirectory();
}

async function decisions(tenant: Tenant): Promise<Load> {
  const { arn } = await tenant.addUser('buyer', allow('orders:Get*'));
  const { body } = await tenant.rest.post('/v1/sign-in', { email: tenant.email, password: tenant.password });
  const question = {
    subject: { type: 'principal', id: arn },
    action: { name: 'orders:GetOrder' },
    resource: { type: 'order', id: `arn:aws:orders::${tenant.accountId}:order/42` },
  };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${body.accessToken as string}` };
  return {
    name: 'decision, bearer token',
    goal: 0.7,
    requests: [{ path: '/access/v1/evaluation', headers, body: JSON.stringify(question) }],
  };
}

async function signedGetUser(tenant: Tenant): Promise<Load> {
  const { accessKey } = await tenant.addUser('caller', allow('iam:GetUser'));
  return { name: 'GetUser, signed', goal: 0.5, requests: await signed(accessKey, { Action: 'GetUser' }) };
}

async function signed(
  accessKey: AccessKey,
  parameters: Record<string, string>,
  service = 'iam',
): Promise<LoadRequest[]> {
  const requests: LoadRequest[] = [];
  for (let count = 0; count < 500; count += 1) {
    const { path, headers, body } = await signAwsRequest(server.baseUrl, accessKey, parameters, { service });
    requests.push({ path, headers, body });
  }
  return requests;
}

/** Alternating with an emulator, which verifies no signatures and makes no decisions. */
async function compareWithMoto(tenant: Tenant): Promise<void> {
  const userName = 'asked-for';
  const { accessKey } = await tenant.addUser(userName, allow('iam:GetUser'));
  const moto = await startMoto(userName);
  if (!moto) return console.log('\nskipped: moto_server is not installed');
  console.log('\n| request | Gatehouse, a second | moto_server, a second | times | goal |');
  console.log('| --- | --- | --- | --- | --- |');
  const calls = [
    {
      name: 'GetCallerIdentity',
      requests: await signed(accessKey, { Action: 'GetCallerIdentity', Version: '2011-06-15' }, 'sts'),
    },
    { name: 'GetUser', requests: await signed(accessKey, { Action: 'GetUser', UserName: userName }) },
  ];
  try {
    for (const { name, requests } of calls) {
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        ours.push((await shoot(server.baseUrl, requests)).requests.average);
        theirs.push(await moto.shoot(requests));
      }
      const times = median(ours) / median(theirs);
      const verdict = `50 ×, ${times >= 50 ? 'met' : 'NOT met'}`;
      const cells = [name, median(ours).toFixed(0), median(theirs).toFixed(0), `${times.toFixed(0)} ×`, verdict];
      console.log(`| ${cells.join(' | ')} |`);
    }
  } finally {
    await moto.stop();
  }
}

async function compare({ name, goal, requests }: Load): Promise<void> {
  const first = requests[0]!;
  const bare = await startLimit('bare.ts', await answerTo(first));
  await shoot(server.baseUrl, requests);
  await shoot(bare.url, requests);
  const results = { gatehouse: [] as autocannon.Result[], bare: [] as autocannon.Result[] };
  for (let round = 0; round < rounds; round += 1) {
    results.gatehouse.push(await shoot(server.baseUrl, requests));
    results.bare.push(await shoot(bare.url, requests));
  }
  bare.stop();
  const ours = median(results.gatehouse.map((result) => result.requests.average));
  const limit = median(results.bare.map((result) => result.requests.average));
  const p99 = median(results.gatehouse.map((result) => result.latency.p99));
  const fraction = ours / limit;
  const verdict = `${goal * 100} %, ${fraction >= goal ? 'met' : 'NOT met'}`;
  const cells = [name, ours.toFixed(0), `${p99} ms`, limit.toFixed(0), `${(fraction * 100).toFixed(0)} %`, verdict];
  console.log(`| ${cells.join(' | ')} |`);
}

/** The fraction of the bare route's speed that remains with the minimum work of a decision. */
async function reportFloor({ requests }: Load): Promise<void> {
  const answer = await answerTo(requests[0]!);
  const [bare, floor] = [await startLimit('bare.ts', answer.clone()), await startLimit('floor.ts', answer)];
  const rates = { bare: [] as number[], floor: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    rates.bare.push((await shoot(bare.url, requests)).requests.average);
    rates.floor.push((await shoot(floor.url, requests)).requests.average);
  }
  for (const { stop } of [bare, floor]) stop();
  const share = (median(rates.floor) / median(rates.bare)) * 100;
  console.log(
    `\nThe least for a decision: ${median(rates.floor).toFixed(0)} a second, ${share.toFixed(0)} % of the bare route.`,
  );
}

async function answerTo(request: LoadRequest): Promise<Response> {
  const response = await fetch(server.baseUrl + request.path, { method: 'POST', ...request });
  if (!response.ok) throw new Error(await response.text());
  return response;
}

/** A server of this folder that responds like Gatehouse. */
async function startLimit(file: string, response: Response) {
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !ofTheServer.has(name)));
  const path = fileURLToPath(new URL(file, import.meta.url));
  const parts = [path, await response.text(), JSON.stringify(headers)];
  const child = spawn(process.execPath, ['--import', 'tsx', ...parts], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), stop: () => child.stdin.end() };
}
