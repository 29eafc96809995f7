import { startWatchedServer, type WatchedServer } from '../support/loop-watch.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { cheapHashes } from '../support/server.js';
import { manyConditions, manyPatterns, manyStatements } from './long-policies.js';
import { expectShortTurns } from './short-turns.js';

/**
 * Threat: an account, which anybody may open, sends one request that keeps the server busy for minutes, or makes it use
 * gigabytes of memory. Each of these did (144 s and 3.4 GB for the first).
 */
let server: WatchedServer;
let tenant: Tenant;

beforeAll(async () => {
  server = await startWatchedServer({ environment: cheapHashes });
  tenant = await newTenant(server.baseUrl);
});

afterAll(() => server.stop());

const actions = Array.from({ length: 100 }, (_, index) => `s3:Get${index}`);
const arns = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:app:aa::${index}${'ab'.repeat(length / 2)}`);
const times = (count: number, make: (index: number) => string) => Array.from({ length: count }, (_, i) => make(i));
const notes = [
  {
    contextKeyName: 'app:note',
    contextKeyType: 'stringList',
    contextKeyValues: times(100, (index) => `${index}${'ab'.repeat(1_000)}`),
  },
];

it.each([
  [
    'many resources and statements',
    { policyInputList: times(8, () => manyStatements(100_000)), resourceArns: arns(500, 20) },
    409,
  ],
  [
    'many resources and statements of the allowed size',
    { policyInputList: times(8, () => manyStatements(10_000)), resourceArns: arns(500, 20) },
    409,
  ],
  [
    'as many resources and statements as are allowed',
    { policyInputList: times(4, () => manyStatements(10_000)), resourceArns: arns(90, 20) },
    200,
  ],
  ['as many statements as are allowed', { policyInputList: times(50, () => manyStatements(10_000)) }, 200],
  [
    'patterns that look at every character',
    { policyInputList: times(50, (index) => manyPatterns(10_000, index * 1_000)), resourceArns: arns(20, 1_900) },
    409,
  ],
  [
    'condition values that look at every character',
    { policyInputList: times(50, (index) => manyConditions(10_000, index * 1_000)), contextEntries: notes },
    409,
  ],
  ['as many resources as are allowed', { policyInputList: [manyStatements(500)], resourceArns: arns(500, 1_000) }, 200],
])('%s', async (_, input, status) => {
  for (const path of ['custom', 'custom/explain', 'custom/context-keys']) {
    const { policyInputList } = input;
    const body = path === 'custom/context-keys' ? { policyInputList } : { actionNames: actions, ...input };
    const answers = await expectShortTurns(server, path, () =>
      tenant.rest.post(`/v1/policy-simulations/${path}`, body),
    );
    if (path === 'custom') expect(answers.status).toBe(status);
    expect([200, 409]).toContain(answers.status);
  }
});
