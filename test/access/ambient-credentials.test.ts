import { accountRows } from '../support/account-rows.js';
import { type ExampleCall, exampleCalls, queryParameters } from '../support/example-calls.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

/**
 * Threat: a browser sends the session cookie with any request that a page makes it send. Here the requests are sent
 * directly, so that the test does not depend on the browser's own protection.
 */

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const isSafe = (method: string) => method === 'GET' || method === 'HEAD';

let server: ReturnType<typeof sharedServer>;
let tenant: Tenant;
let calls: ExampleCall[];
let cookie: string;
let csrfToken: string;

beforeAll(async () => {
  server = sharedServer();
  tenant = await newTenant(server.baseUrl);
  calls = await exampleCalls(server.baseUrl);
  const signedIn = await signInByCookie({});
  cookie = signedIn.headers.getSetCookie()[0]!.split(';', 1)[0]!;
  ({ csrfToken } = (await signedIn.json()) as { csrfToken: string });
});

function signInByCookie(headers: Record<string, string>, query = ''): Promise<Response> {
  const { email, password } = tenant;
  return fetch(`${server.baseUrl}/v1/sign-in${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: query === '' ? JSON.stringify({ email, password, session: 'cookie' }) : '{}',
  });
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

async function statusOf({ method, path, body, type = 'application/json', headers }: Sent): Promise<number> {
  const answer = await fetch(server.baseUrl + path, {
    method,
    redirect: 'manual',
    headers: { cookie, ...headers, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  });
  await answer.arrayBuffer();
  return answer.status;
}

const rest = (call: ExampleCall, method: string, headers: Record<string, string> = {}): Sent => ({
  method,
  path: call.path + call.query,
  headers,
  ...(isSafe(method) || method === 'OPTIONS' ? {} : { body: JSON.stringify(call.body ?? {}) }),
});

/** Names and statuses of the calls that were not refused. */
async function notRefused(sent: readonly (Sent & { name: string })[]): Promise<string[]> {
  const statuses: string[] = [];
  for (const request of sent) {
    const status = await statusOf(request);
    if (status < 400) statuses.push(`${request.name} by ${request.method} ${request.path.slice(0, 80)}: ${status}`);
  }
  return statuses;
}

async function changesNothing(act: () => Promise<void>): Promise<void> {
  const before = await accountRows(server.dataDirectory, tenant.accountId);
  expect(Object.keys(before).length).toBeGreaterThan(30);
  await act();
  expect(await accountRows(server.dataDirectory, tenant.accountId)).toEqual(before);
}

describe('the session cookie without its CSRF token', () => {
  it('runs no operation but reads at REST, by any method', async () => {
    const readable = new Set(calls.filter(({ method, isRead }) => isSafe(method) && isRead).map(({ route }) => route));
    const sent = calls
      .filter(({ isPublic }) => !isPublic)
      .flatMap((call) =>
        methods
          .filter((method) => !(isSafe(method) && readable.has(call.route)))
          .map((method) => ({ ...rest(call, method), name: call.name })),
      );
    expect(sent.length).toBeGreaterThan(1000);
    await changesNothing(async () => expect(await notRefused(sent)).toEqual([]));
  });

  it('runs nothing at all at the AWS door, by any method and content type', async () => {
    const sent = calls
      .filter(({ isPublic }) => !isPublic)
      .flatMap((call) => {
        const parameters = queryParameters(call);
        if (parameters === undefined) return [];
        const query = parameters.toString();
        const form = 'application/x-www-form-urlencoded';
        const pages = { accept: 'text/html', 'x-csrf-token': csrfToken };
        return [
          { name: call.name, method: 'GET', path: `/?${query}` },
          { name: call.name, method: 'GET', path: `/?${query}`, headers: pages },
          { name: call.name, method: 'HEAD', path: `/?${query}` },
          { name: call.name, method: 'POST', path: '/', body: query, type: form },
          { name: call.name, method: 'POST', path: `/?${query}`, body: '', type: form, headers: pages },
          { name: call.name, method: 'POST', path: '/', body: query, type: 'text/plain' },
        ];
      });
    expect(sent.length).toBeGreaterThan(800);
    await changesNothing(async () => expect(await notRefused(sent)).toEqual([]));
  });

  it.each(['CloudTrail_20131101.LookupEvents', 'ResourceGroupsTaggingAPI_20170126.GetTagKeys'])(
    'runs nothing at the AWS door in JSON: %s',
    async (target) => {
      const headers = { 'x-amz-target': target, 'x-csrf-token': csrfToken };
      const type = 'application/x-amz-json-1.1';
      expect(await statusOf({ method: 'POST', path: '/', body: '{}', type, headers })).toBe(400);
    },
  );
});

describe('the session cookie of a page of another origin', () => {
  it.each([
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of the same site', { 'sec-fetch-site': 'same-site' }],
    ['known by its Origin header alone', { origin: 'http://evil.test' }],
    ['in a sandbox', { origin: 'null' }],
  ])('does not even read, whatever it knows: %s', async (_, foreign) => {
    const headers = { ...foreign, 'x-csrf-token': csrfToken };
    const sent = calls
      .filter(({ isPublic }) => !isPublic)
      .map((call) => ({ ...rest(call, call.method, headers), name: call.name }));
    await changesNothing(async () => expect(await notRefused(sent)).toEqual([]));
  });

  /**
   * Threat: login CSRF. The page signs the browser in as the attacker, whose account then receives what the user
   * enters.
   */
  it('is not set', async () => {
    const { email, password } = tenant;
    const query = `?${new URLSearchParams({ email, password, session: 'cookie' }).toString()}`;
    for (const site of ['cross-site', 'same-site']) {
      for (const answer of [
        await signInByCookie({ 'sec-fetch-site': site }),
        await signInByCookie({ 'sec-fetch-site': site }, query),
      ]) {
        expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
      }
    }
  });
});

describe('a page of this origin', () => {
  const own = { 'sec-fetch-site': 'same-origin' };

  it('reads with the cookie, and changes with its CSRF token', async () => {
    expect(await statusOf({ method: 'GET', path: '/v1/users', headers: own })).toBe(200);
    expect(await statusOf({ method: 'GET', path: '/v1/users', headers: { 'sec-fetch-site': 'none' } })).toBe(200);
    const create: Sent = { method: 'POST', path: '/v1/users', body: '{"userName":"ana"}' };
    expect(await statusOf({ ...create, headers: own })).toBe(403);
    expect(await statusOf({ ...create, headers: { ...own, 'x-csrf-token': csrfToken } })).toBe(201);
  });
});
