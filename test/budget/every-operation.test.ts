import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { newCertificate, type TestCertificate } from '../support/certificates.js';
import { queryParameters } from '../support/example-calls.js';
import { startWatchedServer, type WatchedServer } from '../support/loop-watch.js';
import { sendRaw, signAwsRequest } from '../support/raw-aws-request.js';
import { RestClient } from '../support/rest-client.js';
import { cheapHashes, localProviders } from '../support/server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';
import { fillAccount, knownValues } from './full-account.js';
import { documentedOperations, type DocumentedOperation, type Json, largestInput, restCall } from './largest-input.js';
import { expectShortTurns } from './short-turns.js';
import { largestService } from './worst-inputs/files.js';
import { worstInputs } from './worst-inputs/index.js';
import { type WorstInput, worstInputsOf } from './worst-inputs/worst-input.js';

/**
 * No request holds the event loop for more than 50 ms: here with an expensive input of every operation, in an
 * account that is filled to its quotas.
 */
let server: WatchedServer;
let operations: ReadonlyMap<string, DocumentedOperation>;
let full: Tenant;
let callers: Record<NonNullable<WorstInput['as']> | 'root', RestClient>;
let certificate: TestCertificate;
let calls = 0;

beforeAll(async () => {
  server = await startWatchedServer({ environment: { ...cheapHashes, ...localProviders } });
  const { baseUrl } = server;
  operations = new Map((await documentedOperations(baseUrl)).map((operation) => [operation.name, operation]));
  full = await newTenant(baseUrl);
  await fill(full.accountId);
  certificate = await newCertificate('budget');
  callers = {
    root: full.rest,
    operator: (await managementTenant(baseUrl)).rest,
    other: (await newTenant(baseUrl)).rest,
    nobody: new RestClient(baseUrl),
  };
  await makeReport(full.rest);
  await callers.operator.post('/v1/services', { prefix: 'budget', ...largestService('budget') });
}, 300_000);

afterAll(() => server?.stop());

async function fill(accountId: string): Promise<void> {
  const database = new pg.Client(await EmbeddedPostgres.loginOfRunning(server.dataDirectory));
  await database.connect();
  try {
    await fillAccount(database, accountId);
  } finally {
    await database.end();
  }
}

/** Operations that give it find it. */
async function makeReport(rest: RestClient): Promise<void> {
  await rest.post('/v1/credential-report');
  while ((await rest.get('/v1/credential-report/csv')).status !== 200) await pause(200);
}

/** Another one with each call, where names must be new. */
function inputOf(operation: DocumentedOperation, { input = {} }: WorstInput): Json {
  const { accountId } = full;
  const known = Object.entries(knownValues(accountId)).filter(([name]) =>
    operation.members.some((member) => member.name === name),
  );
  const own = typeof input === 'function' ? input({ accountId, certificate, call: (calls += 1) }) : input;
  return { ...largestInput(operation), ...Object.fromEntries(known), ...own };
}

/** What others need comes before what takes it away. */
function rank(name: string, [first]: readonly WorstInput[]): number {
  if (first!.isLast) return 4;
  if (/:(?:Get|List|Generate|Search|Evaluate|Explain|Simulate|Verify|Export)/.test(name)) return 0;
  if (/:(?:Remove|Detach|Untag|Disable|Deactivate)/.test(name)) return 2;
  return /:(?:Delete|Deregister|End)/.test(name) ? 3 : 1;
}

const table = Object.entries(worstInputs)
  .map(([name, entry]) => [name, worstInputsOf(entry)] as const)
  .sort(([left, ofLeft], [right, ofRight]) => rank(left, ofLeft) - rank(right, ofRight));

it('has the most expensive input of every operation', () => {
  expect(Object.keys(worstInputs).sort()).toEqual([...operations.keys()].sort());
});

describe('REST', () => {
  it.each(table)('%s', async (name, inputs) => {
    const operation = operations.get(name)!;
    for (const worst of inputs) {
      const caller = callers[worst.as ?? 'root'];
      const { status, body } = await expectShortTurns(server, name, () => {
        const { path, body: sent } = restCall(operation, inputOf(operation, worst));
        return caller.call(operation.method, path, sent);
      });
      const answer = status < 400 || typeof worst.answers === 'number' ? status : (body as { code: string }).code;
      if (answer !== worst.answers)
        throw new Error(`${name} answered ${status}: ${JSON.stringify(body)?.slice(0, 500)}`);
    }
  });
});

describe('AWS door', () => {
  const ofAws = table.filter(([name]) => /^(?:iam|sts):/.test(name));
  it.each(ofAws)('%s', async (name, [worst]) => {
    const operation = operations.get(name)!;
    const [service] = name.split(':') as [string];
    const { status, text } = await expectShortTurns(server, name, async () => {
      const input = JSON.parse(JSON.stringify(inputOf(operation, worst!))) as Json;
      const parameters = Object.fromEntries(queryParameters({ name, input })!);
      return sendRaw(server.baseUrl, await signAwsRequest(server.baseUrl, full.accessKey, parameters, { service }));
    });
    // Some of what they act on is gone by now.
    if (status >= 500) throw new Error(`${name} answered ${status}: ${text.slice(0, 500)}`);
  });
});
