import { RestClient } from '../support/rest-client.js';
import { type ExampleCall, exampleCalls, queryParameters } from '../support/example-calls.js';
import { served } from '../support/served.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { sendRaw, signAwsRequest } from '../support/raw-aws-request.js';

/** Threat: unexpected input causes an internal error, which hides attacks and alarms operators. */

const odd: readonly (readonly [string, string])[] = [
  ['U+0000', 'a\0b'],
  ['half a surrogate pair', 'a\uD83D'],
  ['a very long text', 'a'.repeat(200_000)],
  ['a name that objects lose', '__proto__'],
  ['controls of the direction of text', '\u202Ea'],
  ['an empty text', ''],
];
const deep = JSON.parse(`${'{"a":'.repeat(25)}1${'}'.repeat(25)}`) as object;

let tenant: Tenant;
let calls: ExampleCall[];

/** If one of the calls had ended the session, the others would have proved nothing. */
afterEach(async () => expect((await tenant.rest.get('/v1/session')).status).toBe(200));

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  tenant = await newTenant(baseUrl);
  calls = await exampleCalls(baseUrl);
});

/** The input with each of its strings, at every depth, replaced in turn. */
function variants(value: unknown, replacement: unknown): unknown[] {
  if (typeof value === 'string') return [replacement];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    variants(member, replacement).map((changed) =>
      Array.isArray(value)
        ? value.map((item, at) => (String(at) === name ? changed : (item as unknown)))
        : { ...value, [name]: changed },
    ),
  );
}

/** Operations that would end the session of the other calls, or the account. */
const ENDING = new Set([
  'gatehouse:SignOut',
  'gatehouse:EndSessions',
  'gatehouse:CloseAccount',
  'gatehouse:EndSession',
]);

it.each(odd)('no operation fails for %s at REST', async (_, text) => {
  const failed: string[] = [];
  const { rest, baseUrl } = tenant;
  const client = (call: ExampleCall) => (call.isPublic ? new RestClient(baseUrl) : rest);
  for (const call of calls.filter(({ name }) => !ENDING.has(name))) {
    const bodies = call.body === undefined ? [] : variants(call.body, text);
    for (const body of bodies) await look(call, call.path + call.query, body);
    if (text.length > 5000) continue;
    const encoded = text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%BD';
    const segments = [...call.route.matchAll(/\{\w+\}/g)].map(([segment]) => segment);
    for (const segment of segments) {
      const path = call.route.replace(segment, encoded).replace(/\{\w+\}/g, 'x');
      await look(call, path + call.query, call.body);
    }
    if (call.method === 'GET' || call.method === 'DELETE') {
      const query = call.query === '' ? `?marker=${encoded}` : call.query.replace(/=[^&]*/g, `=${encoded}`);
      await look(call, call.path + query);
    }
  }
  expect(failed).toEqual([]);

  async function look(call: ExampleCall, address: string, body?: unknown): Promise<void> {
    const answer = await served(() => client(call).call(call.method, address, body));
    if (answer.status >= 500) failed.push(`${call.name}: ${answer.status} ${answer.body?.detail}`);
  }
});

it.each(odd.filter(([, text]) => text.length < 5000))('no operation fails for %s at the AWS door', async (_, text) => {
  const failed: string[] = [];
  for (const call of calls.filter(({ name }) => !ENDING.has(name))) {
    for (const input of variants(call.input, text)) {
      const parameters = queryParameters({ ...call, input: input as ExampleCall['input'] });
      if (parameters === undefined) continue;
      const service = call.name.startsWith('sts:') ? 'sts' : 'iam';
      const request = await signAwsRequest(tenant.baseUrl, tenant.accessKey, Object.fromEntries(parameters), {
        service,
      });
      const answer = await served(() => sendRaw(tenant.baseUrl, request));
      if (answer.status >= 500) failed.push(`${call.name}: ${answer.text}`);
    }
  }
  expect(failed).toEqual([]);
});

it('refuses U+0000 in every text of every operation, naming the member', async () => {
  const taken: string[] = [];
  for (const call of calls.filter(({ body, isPublic }) => body !== undefined && !isPublic)) {
    for (const body of variants(call.body, 'a\0b')) {
      const answer = await served(() => tenant.rest.call(call.method, call.path + call.query, body));
      const isRefused = answer.body?.code === 'ValidationError' || [401, 403].includes(answer.status);
      if (!isRefused) taken.push(`${call.name}: ${answer.status}`);
    }
  }
  expect(taken).toEqual([]);
});

it('no operation fails for JSON that is nested deep', async () => {
  const failed: string[] = [];
  for (const call of calls.filter(({ body, name }) => body !== undefined && !ENDING.has(name))) {
    for (const body of variants(call.body, deep)) {
      const { status } = await served(() => tenant.rest.call(call.method, call.path + call.query, body));
      if (status >= 500) failed.push(`${call.name}: ${status}`);
    }
  }
  expect(failed).toEqual([]);
});

it.each([
  '/docs/%00',
  '/sign-in/%00',
  '/sign-in/assets/%00',
  '/docs/..%2f..%2fetc%2fpasswd',
  '/%00',
  '/docs/%ff',
  '/issuers/%00/.well-known/jwks.json',
])('no page fails for %s', async (path) => {
  const answer = await sendRaw(tenant.baseUrl, { method: 'GET', path, headers: {}, body: '' });
  expect([400, 404]).toContain(answer.status);
});

it('no form of a page fails for U+0000', async () => {
  for (const path of ['/sign-in', '/signed-in', '/password-recovery', '/password-recovery/finish', '/step-up']) {
    const body = new URLSearchParams({
      email: 'a\0@b',
      csrfToken: '\0',
      token: '\0',
      step: 'mfa',
      challengeToken: '\0',
    });
    const answer = await fetch(tenant.baseUrl + path, { method: 'POST', body, redirect: 'manual' });
    expect([path, answer.status < 500]).toEqual([path, true]);
  }
});

/** A tag key that is accepted must be stored. */
it('no operation takes the tag key __proto__', async () => {
  const { body } = await tenant.rest.get('/docs/openapi.json');
  const tagging = new Set(
    Object.values(body.paths as Record<string, Record<string, Record<string, unknown>>>)
      .flatMap((methods) => Object.values(methods))
      .filter(({ requestBody }) => JSON.stringify(requestBody ?? {}).includes('"tags":{'))
      .map((operation) => operation['x-action'] as string),
  );
  expect(tagging.size).toBeGreaterThan(15);
  const tags = [{ key: '__proto__', value: 'x' }];
  for (const call of calls.filter(({ name }) => tagging.has(name))) {
    const answer = await tenant.rest.call(call.method, call.path + call.query, { ...call.body, tags });
    const { status, code } = answer.body as { status: number; code: string };
    expect([call.name, status < 500, code]).toEqual([
      call.name,
      true,
      expect.stringMatching(/^(ValidationError|InvalidInput|AccessDenied)$/),
    ]);
  }
});
