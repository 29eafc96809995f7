import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { newCertificate, type TestCertificate } from '../support/certificates.js';
import { queryParameters } from '../support/example-calls.js';
import { startWatchedServer, type WatchedServer } from '../support/loop-watch.js';
import { type RawAwsRequest, sendRaw, signAwsRequest } from '../support/raw-aws-request.js';
import { RestClient } from '../support/rest-client.js';
import { cheapHashes, localProviders } from '../support/server.js';
import { type AccessKey, managementTenant, newTenant, type Tenant } from '../support/tenant.js';
import { fillAccount, knownValues } from './full-account.js';
import { documentedOperations, type DocumentedOperation, type Json, largestInput, restCall } from './largest-input.js';
import { fillPlatform, fillWithPolicies, fillWorkloads } from './platform-rows.js';
import { ACTING_SERVICE, Prepared } from './prepared.js';
import { expectShortTurns } from './short-turns.js';
import type { Caller } from './sign-ins.js';
import { largestService } from './worst-inputs/files.js';
import { worstInputs } from './worst-inputs/index.js';
import { type CallerName, type WorstInput, worstInputsOf } from './worst-inputs/worst-input.js';

/**
 * No request holds the event loop for more than 50 ms: tested with an expensive input of every operation, in an account
 * that is filled to its quotas.
 */
let server: WatchedServer;
let operations: ReadonlyMap<string, DocumentedOperation>;
let full: Tenant;
let prepared: Prepared;
let mediumUserArn: string;
let callers: Record<Exclude<CallerName, 'newcomer'> | 'root', Caller>;
/** Callers at the AWS door with their keys; calls without a signature are not included. */
let accessKeys: Partial<Record<CallerName | 'root', AccessKey>>;
let certificate: TestCertificate;
let calls = 0;

beforeAll(async () => {
  server = await startWatchedServer({ environment: { ...cheapHashes, ...localProviders } });
  const { baseUrl } = server;
  operations = new Map((await documentedOperations(baseUrl)).map((operation) => [operation.name, operation]));
  full = await newTenant(baseUrl);
  const operator = await managementTenant(baseUrl);
  const medium = await newTenant(baseUrl);
  mediumUserArn = `arn:aws:iam::${medium.accountId}:user/reader`;
  certificate = await newCertificate('budget');
  await withDatabase((database) => fillAccount(database, full.accountId));
  await withDatabase(fillPlatform);
  await withDatabase((database) => fillWithPolicies(database, medium.accountId));
  prepared = new Prepared(full, operator, certificate);
  await prepared.prepare();
  await withDatabase((database) => fillWorkloads(database, full.accountId, ACTING_SERVICE));
  callers = {
    root: full.rest,
    operator: operator.rest,
    medium: medium.rest,
    nobody: new RestClient(baseUrl),
    service: prepared.service,
    workload: prepared.asWorkload,
    user: { call: prepared.signed(prepared.userKey) },
    session: { call: prepared.signed(prepared.sessionKey) },
    member: prepared.asMember,
  };
  accessKeys = {
    root: full.accessKey,
    operator: operator.accessKey,
    user: prepared.userKey,
    session: prepared.sessionKey,
  };
  await makeReport(full.rest);
  await prepared.post('/v1/services', { prefix: 'budget', ...largestService('budget') }, operator.rest);
}, 300_000);

afterAll(async () => {
  await prepared?.stop();
  await server?.stop();
});

async function withDatabase(work: (database: pg.Client) => Promise<void>): Promise<void> {
  const database = new pg.Client(await EmbeddedPostgres.loginOfRunning(server.dataDirectory));
  await database.connect();
  try {
    await work(database);
  } finally {
    await database.end();
  }
}

/** Operations that give it find it. */
async function makeReport(rest: RestClient): Promise<void> {
  await rest.post('/v1/credential-report');
  while ((await rest.get('/v1/credential-report/csv')).status !== 200) await pause(200);
}

/** Changes with each call, for names that must be new. */
async function inputOf(operation: DocumentedOperation, { input = {} }: WorstInput): Promise<Json> {
  const { accountId } = full;
  const known = Object.entries({ ...knownValues(accountId), ...prepared.known }).filter(([name]) =>
    operation.members.some((member) => member.name === name),
  );
  const own =
    typeof input === 'function'
      ? await input({ accountId, certificate, prepared, mediumUserArn, call: (calls += 1) })
      : input;
  return { ...largestInput(operation), ...Object.fromEntries(known), ...own };
}

/** Operations that create what others need come before those that delete it. */
function rank(name: string, [first]: readonly WorstInput[]): number {
  if (first!.isLast) return 4;
  if (/:(?:Get|List|Generate|Search|Evaluate|Explain|Simulate|Verify|Export)/.test(name)) return READS;
  if (/:(?:Remove|Detach|Untag|Disable|Deactivate)/.test(name)) return 2;
  return /:(?:Delete|Deregister|End)/.test(name) ? 3 : 1;
}

const READS = 0;

const table = Object.entries(worstInputs).map(([name, entry]) => [name, worstInputsOf(entry)] as const);

it('has the most expensive input of every operation', () => {
  expect(Object.keys(worstInputs).sort()).toEqual([...operations.keys()].sort());
});

describe.each([READS, 1, 2, 3, 4])('in the order of what they need and take away, %i', (wanted) => {
  const rows = table.filter(([name, inputs]) => rank(name, inputs) === wanted);
  it.each(rows)('%s', async (name, inputs) => {
    const operation = operations.get(name)!;
    for (const worst of inputs) {
      const { status, body } = await expectShortTurns(
        server,
        name,
        (input: Json) => {
          const { path, body: sent } = restCall(operation, input);
          const { as = 'root' } = worst;
          const caller = as === 'newcomer' ? prepared.newcomer.rest : callers[as];
          return caller.call(operation.method, path, sent);
        },
        () => inputOf(operation, worst),
      );
      const answer = status < 400 || typeof worst.answers === 'number' ? status : (body as { code: string }).code;
      if (answer !== worst.answers)
        throw new Error(`${name} answered ${status}: ${JSON.stringify(body)?.slice(0, 500)}`);
    }
  });

  const ofAws = rows.filter(([name, [first]]) => /^(?:iam|sts):/.test(name) && first!.as !== 'newcomer');
  if (ofAws.length === 0) return;
  it.each(ofAws)('%s at the AWS door', async (name, [first]) => {
    const worst = first!;
    const operation = operations.get(name)!;
    const { status, text } = await expectShortTurns(
      server,
      name,
      (request: RawAwsRequest) => sendRaw(server.baseUrl, request),
      async () => awsRequest(name, await inputOf(operation, worst), worst.as),
    );
    const answer = status < 400 ? 'done' : (/<Code>(.*?)<\/Code>/.exec(text)?.[1] ?? status);
    // What one door changed or deleted, the other finds in that state.
    const isRepeated = wanted !== READS;
    const asAtRest = typeof worst.answers === 'number' ? 'done' : worst.answers;
    if (status >= 500 || (!isRepeated && answer !== asAtRest))
      throw new Error(`${name} answered ${status}: ${text.slice(0, 500)}`);
  });
});

function awsRequest(name: string, given: Json, as: CallerName | 'root' = 'root') {
  const [service] = name.split(':') as [string];
  const input = JSON.parse(JSON.stringify(given)) as Json;
  const parameters = queryParameters({ name, input })!;
  const accessKey = accessKeys[as];
  if (accessKey) return signAwsRequest(server.baseUrl, accessKey, Object.fromEntries(parameters), { service });
  const headers = {
    host: new URL(server.baseUrl).host,
    'content-type': 'application/x-www-form-urlencoded',
  };
  return { method: 'POST', path: '/', headers, body: parameters.toString() };
}
