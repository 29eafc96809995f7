import type { RestClient } from '../support/rest-client.js';
import { rootUser } from '../support/server.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant, signIn, type Tenant } from '../support/tenant.js';

let tenant: Tenant;
let platform: RestClient;
let buyer: string;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  tenant = await newTenant(baseUrl);
  platform = await signIn(baseUrl, rootUser.email, rootUser.password);
  buyer = (await tenant.addUser('buyer', allow('orders:CreateOrder', 'iam:GetUser', 'iam:ListUsers'))).arn;
});

const principal = (id: string) => ({ type: 'principal', id });
const order = (number: number) => ({ type: 'order', id: `arn:aws:orders:eu-1:${tenant.accountId}:order/${number}` });
const batch = async (body: object, rest = platform) => (await rest.post('/access/v1/evaluations', body)).body;
const yes = { action: { name: 'orders:CreateOrder' } };
const no = { action: { name: 'orders:DeleteOrder' } };
const about = () => ({ subject: principal(buyer), resource: order(1) });

/** Source: OpenID AuthZEN Authorization API 1.0 §7. */
describe('evaluations', () => {
  it.each([
    ['execute_all', [no, yes, no], [false, true, false]],
    [undefined, [no, yes, no], [false, true, false]],
    ['deny_on_first_deny', [yes, no, yes], [true, false]],
    ['permit_on_first_permit', [no, yes, no], [false, true]],
  ])('are made by %s', async (semantic, evaluations, expected) => {
    const options = semantic === undefined ? {} : { options: { evaluations_semantic: semantic } };
    const answer = await batch({ ...about(), evaluations, ...options });
    expect(answer.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual(expected);
  });

  it('take from the top what they do not say, and nothing else', async () => {
    const answer = await batch({ ...about(), ...yes, evaluations: [{ resource: order(2) }, no] });
    expect(answer.evaluations).toMatchObject([{ decision: true }, { decision: false }]);
  });

  /** Source: the OpenID conformance suite's tests of idempotency. */
  it('asked again have the same answer, to the last character', async () => {
    const question = { ...about(), evaluations: [yes, no] };
    expect(JSON.stringify(await batch(question))).toBe(JSON.stringify(await batch(question)));
  });

  it('without a list are one evaluation', async () => {
    expect(await batch({ ...about(), ...yes })).toMatchObject({ decision: true, context: { verdict: 'allowed' } });
    expect(await batch({ ...about(), ...yes, evaluations: [] })).toMatchObject({ decision: true });
    expect(await batch(about())).toMatchObject({ status: 400, code: 'InvalidInput' });
  });

  it('that cannot be understood are a no with an error, and the others are still answered', async () => {
    const evaluations = [{ resource: { type: 'order', id: '42' } }, {}];
    expect((await batch({ ...about(), ...yes, evaluations })).evaluations).toMatchObject([
      { decision: false, context: { error: { status: 400, message: 'resource.id must be an ARN or *.' } } },
      { decision: true },
    ]);
    expect((await batch({ ...about(), evaluations: [{}] })).evaluations[0].decision).toBe(false);
  });

  it.each([
    ['more than 100', { evaluations: Array.from({ length: 101 }, () => yes) }],
    ['an unknown semantic', { evaluations: [yes], options: { evaluations_semantic: 'majority' } }],
  ])('with %s are refused', async (_, extra) => {
    expect(await batch({ ...about(), ...extra })).toMatchObject({ status: 400, code: 'ValidationError' });
  });

  /** Threat: another account's principal is hidden among a tenant's own. */
  it("that ask about another tenant's principal are denied as a whole", async () => {
    const neighbour = await newTenant(tenant.baseUrl);
    const own = principal(`arn:aws:iam::${neighbour.accountId}:root`);
    const evaluations = [{ subject: own }, { subject: principal(buyer) }];
    const answer = await batch({ ...yes, resource: order(1), evaluations }, neighbour.rest);
    expect(answer).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(answer.detail).toContain('gatehouse:Evaluate');
  });
});

describe('a resource policy that the asking service gives', () => {
  const ask = async (policy: object | string, name = 'orders:DeleteOrder') => {
    const text = typeof policy === 'string' ? policy : JSON.stringify(policy);
    const resource = { ...order(1), properties: { policy: text } };
    const body = { subject: principal(buyer), action: { name }, resource };
    return (await platform.post('/access/v1/evaluation', body)).body;
  };
  const statement = (Effect: string, who: object) => ({
    Version: '2012-10-17',
    Statement: [{ Effect, ...who, Action: 'orders:*', Resource: '*' }],
  });

  it('allows and denies whom it names', async () => {
    expect(await ask(statement('Allow', { Principal: { AWS: buyer } }))).toMatchObject({ decision: true });
    expect(await ask(statement('Deny', { Principal: '*' }), 'orders:CreateOrder')).toMatchObject({
      decision: false,
      context: { verdict: 'explicitDeny', statements: [{ policyType: 'resource' }] },
    });
    const others = { NotPrincipal: { AWS: [buyer, `arn:aws:iam::${tenant.accountId}:root`] } };
    expect(await ask(statement('Deny', others), 'orders:CreateOrder')).toMatchObject({ decision: true });
  });

  it('that is none is refused', async () => {
    expect(await ask('{"Version":"2012-10-17"}')).toMatchObject({ status: 400, code: 'MalformedPolicyDocument' });
  });
});

/** Source: §8.6. */
describe('action search', () => {
  const search = async (body: object, rest = platform) => (await rest.post('/access/v1/search/action', body)).body;
  const everything = { type: 'any', id: '*' };

  it('finds the actions that the principal may take, page by page', async () => {
    const question = { subject: principal(buyer), resource: everything };
    const all = await search(question);
    expect(all.results).toEqual(expect.arrayContaining([{ name: 'iam:GetUser' }, { name: 'iam:ListUsers' }]));
    expect(all.results).not.toContainEqual({ name: 'iam:CreateUser' });
    expect(all.page).toEqual({ next_token: '', count: all.results.length });
    const pages: { name: string }[] = [];
    let token: string | undefined = '';
    do {
      const { results, page } = await search({ ...question, page: { token, limit: 1 } });
      expect(results).toHaveLength(1);
      pages.push(...results);
      token = page.next_token;
    } while (token);
    expect(pages).toEqual(all.results);
  });

  it('finds nothing for nobody, and refuses a token of its own making', async () => {
    const nobody = principal(`arn:aws:iam::${tenant.accountId}:user/nobody`);
    expect(await search({ subject: nobody, resource: everything })).toMatchObject({ results: [] });
    const page = { token: 'bm90aGluZw' };
    expect(await search({ subject: principal(buyer), resource: everything, page })).toMatchObject({
      code: 'InvalidInput',
    });
  });

  it("is denied about another tenant's principal", async () => {
    const neighbour = await newTenant(tenant.baseUrl);
    const question = { subject: principal(buyer), resource: everything };
    expect(await search(question, neighbour.rest)).toMatchObject({ status: 403, code: 'AccessDenied' });
  });
});

/** Source: §8.4. */
describe('subject search', () => {
  const search = async (body: object, rest = platform) => (await rest.post('/access/v1/search/subject', body)).body;
  const whoMayOrder = () => ({ subject: { type: 'principal' }, ...yes, resource: order(1) });

  it("finds the users of the resource's account who may, page by page", async () => {
    const second = (await tenant.addUser('second', allow('orders:*'))).arn;
    await tenant.addUser('bystander');
    const all = await search(whoMayOrder());
    expect(all.results.map(({ id }: { id: string }) => id).sort()).toEqual([buyer, second].sort());
    expect(all.page).toEqual({ next_token: '', count: 2 });
    const found: unknown[] = [];
    let token: string | undefined = '';
    do {
      const { results, page } = await search({ ...whoMayOrder(), page: { token, limit: 1 } });
      found.push(...results);
      token = page.next_token;
    } while (token);
    expect(found).toEqual(all.results);
  });

  it('finds roles too', async () => {
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: tenant.accountId }, Action: 'sts:AssumeRole' }],
    };
    const made = await tenant.rest.post('/v1/roles', {
      roleName: 'Buyer',
      assumeRolePolicyDocument: JSON.stringify(trust),
    });
    const { arn } = made.body.role as { arn: string };
    await tenant.rest.put('/v1/roles/Buyer/policies/p', {
      policyDocument: JSON.stringify(allow('orders:CreateOrder')),
    });
    const { results } = await search(whoMayOrder());
    expect(results).toContainEqual({ type: 'principal', id: arn });
    expect(await batch({ subject: principal(arn), ...yes, resource: order(1) })).toMatchObject({ decision: true });
    expect(await batch({ subject: principal(arn), ...no, resource: order(1) })).toMatchObject({ decision: false });
    await tenant.rest.delete('/v1/roles/Buyer/policies/p');
    expect(await batch({ subject: principal(arn), ...yes, resource: order(1) })).toMatchObject({ decision: false });
  });

  /** A session's policies are only in its token: a decision about its ARN could allow more than it may do. */
  it('is not answered about the session of a role', async () => {
    const session = principal(`arn:aws:sts::${tenant.accountId}:assumed-role/Buyer/ana`);
    expect(await batch({ subject: session, ...yes, resource: order(1) })).toMatchObject({ status: 400 });
  });

  it('gives at most as many as asked for, even none', async () => {
    const { results, page } = await search({ ...whoMayOrder(), page: { limit: 0 } });
    expect(results).toEqual([]);
    const next = await search({ ...whoMayOrder(), page: { token: page.next_token, limit: 1_000_000 } });
    expect(next.results.length).toBeGreaterThan(0);
  });

  /** §8.2: everything except the page must be the same. */
  it('refuses the token of another question', async () => {
    const { page } = await search({ ...whoMayOrder(), page: { limit: 1 } });
    const other = { ...whoMayOrder(), ...no, page: { token: page.next_token } };
    expect(await search(other)).toMatchObject({ status: 400, code: 'InvalidInput' });
  });

  it('refuses a token of its own making', async () => {
    const page = { token: "' OR 1=1" };
    expect(await search({ ...whoMayOrder(), page })).toMatchObject({ code: 'InvalidInput' });
  });

  it("finds no other tenant's users for a tenant", async () => {
    const neighbour = await newTenant(tenant.baseUrl);
    await neighbour.addUser('own', allow('*'));
    const { results } = await search(whoMayOrder(), neighbour.rest);
    expect(JSON.stringify(results)).not.toContain(tenant.accountId);
  });
});

describe('the decision point', () => {
  it('says where it is (§9)', async () => {
    const response = await fetch(`${tenant.baseUrl}/.well-known/authzen-configuration`);
    const metadata = (await response.json()) as Record<string, string>;
    expect(response.headers.get('content-type')).toContain('application/json');
    const { policy_decision_point: base, ...endpoints } = metadata;
    for (const url of Object.values(endpoints)) {
      expect(url.startsWith(`${base}/access/v1/`)).toBe(true);
      const there = await fetch(tenant.baseUrl + url.slice(base!.length), { method: 'POST' });
      expect(there.status).toBe(401);
    }
  });

  it("gives the asker's request id back, with errors too (§10.1)", async () => {
    const ask = (path: string) =>
      fetch(tenant.baseUrl + path, { method: 'POST', headers: { 'x-request-id': 'their own/id 1' } });
    expect((await ask('/access/v1/evaluation')).headers.get('x-request-id')).toBe('their own/id 1');
    expect((await ask('/v1/users')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
