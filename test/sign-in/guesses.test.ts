import { randomBytes, randomUUID } from 'node:crypto';
import { ChangePasswordCommand } from '@aws-sdk/client-iam';
import { localOrigin, SoftwareAuthenticator } from '../support/authenticator.js';
import type { RestClient } from '../support/rest-client.js';
import { type ShiftedServer, startShiftedServer } from '../support/shifted-server.js';
import { allow, managementTenant, newTenant, signIn, type Tenant } from '../support/tenant.js';

/**
 * Threat: tokens of steps, passkeys, one's own password and email addresses are tried unnoticed, or without limit. The
 * server's clock stands still, so that no delay ends before it is tested.
 */

let server: ShiftedServer;
let tenant: Tenant;
let management: Tenant;

beforeAll(async () => {
  server = await startShiftedServer({ GATEHOUSE_TRUST_PROXY: '127.0.0.1', GATEHOUSE_SIGN_UPS_PER_ADDRESS: '3' });
  server.stopClock(Date.now());
  tenant = await newTenant(server.baseUrl);
  management = await managementTenant(server.baseUrl);
});
afterAll(() => server?.stop());

async function post(path: string, body: object, address: string) {
  const response = await fetch(server.baseUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address, 'user-agent': 'Prober/1.0' },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as { code?: string } };
}

interface Event {
  readonly outcome: string;
  readonly reason?: string;
  readonly sourceIp: string;
  readonly userAgent: string;
}

async function eventsFrom(rest: RestClient, operation: string, address: string): Promise<Event[]> {
  const { events } = (await rest.get(`/v1/audit-events?operation=${operation}&maxItems=1000`)).body;
  return (events as Event[]).filter(({ sourceIp }) => sourceIp === address);
}

const noSuchStep = (accountId: string) => `${accountId}.${randomUUID()}.${randomBytes(32).toString('base64url')}`;
const noSuchAccount = '000000000000';

describe.each([
  ['gatehouse:SignInWithMfa', '/v1/sign-in/mfa', { code: '123456' }],
  ['gatehouse:SignInWithNewPassword', '/v1/sign-in/password', { newPassword: 'Another-password-5678' }],
])('%s with the token of no step', (operation, path, answer) => {
  const address = `198.18.4.${path.length}`;

  it('is refused alike whatever the token says, and noted in the log of the account, or the operator', async () => {
    const tokens = [noSuchStep(tenant.accountId), noSuchStep(noSuchAccount), 'no token at all'];
    for (const challengeToken of tokens) {
      const { status, body } = await post(path, { challengeToken, ...answer }, address);
      expect([status, body.code]).toEqual([401, 'SignInFailed']);
    }
    const noted = {
      outcome: 'failed',
      reason: 'The step has expired or is not valid',
      userAgent: 'Prober/1.0',
      sourceIp: address,
    };
    expect(await eventsFrom(tenant.rest, operation, address)).toEqual([expect.objectContaining(noted)]);
    const operators = await eventsFrom(management.rest, operation, address);
    expect(operators).toEqual([expect.objectContaining(noted), expect.objectContaining(noted)]);
  });

  it('is made to wait when one address goes on, and nobody else', async () => {
    const guess = () => post(path, { challengeToken: noSuchStep(tenant.accountId), ...answer }, `${address}0`);
    for (let burst = 0; burst < 6; burst += 1) await Promise.all(Array.from({ length: 20 }, guess));
    const held = await guess();
    expect([held.status, held.body.code]).toEqual([429, 'Throttling']);
    expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await post(path, { challengeToken: noSuchStep(tenant.accountId), ...answer }, address);
    expect(other.status).toBe(401);
    // The first twenty; the others are summarized after an hour (failure-bounds.test.ts).
    const noted = await eventsFrom(tenant.rest, operation, `${address}0`);
    expect([noted.length >= 20, noted.length <= 25]).toEqual([true, true]);
  });
});

describe('a passkey of nobody', () => {
  const path = '/v1/sign-in/passkey';
  const operation = 'gatehouse:SignInWithPasskey';

  async function guess(address: string) {
    const begun = await fetch(`${server.baseUrl}${path}/options`, { method: 'POST' });
    const { challengeToken, credentialOptions } = (await begun.json()) as {
      challengeToken: string;
      credentialOptions: { challenge: string };
    };
    const key = new SoftwareAuthenticator('localhost', localOrigin(server.baseUrl));
    const handle = Buffer.from(`${tenant.accountId}/${tenant.accountId}`).toString('base64url');
    return post(path, { challengeToken, credential: key.get(credentialOptions, handle) }, address);
  }

  it('with a challenge that was never given is noted', async () => {
    const key = new SoftwareAuthenticator('localhost', localOrigin(server.baseUrl));
    const credential = key.get({ challenge: randomBytes(32).toString('base64url') }, 'bm9ib2R5');
    expect((await post(path, { challengeToken: 'made up', credential }, '198.18.5.1')).status).toBe(401);
    expect(await eventsFrom(management.rest, operation, '198.18.5.1')).toEqual([
      expect.objectContaining({ reason: 'The step has expired or is not valid', userAgent: 'Prober/1.0' }),
    ]);
  });

  it('is made to wait when one address goes on, and nobody else; the first of it is noted', async () => {
    let answers: Awaited<ReturnType<typeof guess>>[] = [await guess('198.18.5.2')];
    expect(answers.map(({ status }) => status)).toEqual([401]);
    for (let burst = 0; burst < 8 && answers.every(({ status }) => status === 401); burst += 1) {
      answers = await Promise.all(Array.from({ length: 20 }, () => guess('198.18.5.2')));
    }
    expect(answers.find(({ status }) => status === 429)?.body.code).toBe('Throttling');
    expect((await guess('198.18.5.3')).status).toBe(401);
    const noted = await eventsFrom(tenant.rest, operation, '198.18.5.2');
    expect([noted.length >= 20, noted.length <= 25]).toEqual([true, true]);
  });
});

/** Threat: many concurrent guesses, each made before the others are counted, and not recorded. */
it('guesses at the old password of ChangePassword are counted one by one, and each is in the audit log', async () => {
  const oldPassword = 'First-password-1';
  const ana = await tenant.addUser('ana', allow('iam:ChangePassword'));
  await tenant.rest.post('/v1/users/ana/login-profile', { password: oldPassword });
  const change = (OldPassword: string) =>
    ana.iam.send(new ChangePasswordCommand({ OldPassword, NewPassword: 'Second-password-2' }));
  const guesses = Array.from({ length: 15 }, (_, number) => change(`Guess-number-${number}`));
  const names = (await Promise.allSettled(guesses)).map((guess) => (guess as PromiseRejectedResult).reason.name);
  expect(names.filter((name) => name === 'AccessDenied')).toHaveLength(6);
  expect(names.filter((name) => name === 'Throttling')).toHaveLength(9);
  await expect(change(oldPassword)).rejects.toMatchObject({ name: 'Throttling' });
  const { events } = (await tenant.rest.get('/v1/audit-events?operation=iam:ChangePassword')).body;
  expect(events).toHaveLength(6);
  expect(events[0]).toMatchObject({
    callerArn: ana.arn,
    outcome: 'failed',
    reason: 'The old password was incorrect.',
  });
  expect(JSON.stringify(events)).not.toContain('Guess-number');
});

/**
 * Threat: the thief of a session sends each guess from another address, with any operation that requires the password.
 */
it('guesses at one’s own password are counted whatever address and operation they come from', async () => {
  const thief = await newTenant(server.baseUrl);
  const { accessToken } = (await fetch(`${server.baseUrl}/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: thief.email, password: thief.password }),
  }).then((answer) => answer.json())) as { accessToken: string };
  const guess = async (number: number, password = `Guess-number-${number}`) => {
    const [path, more] =
      number % 2 === 0
        ? ['/v1/root-user/password', { newPassword: 'Second-password-2' }]
        : ['/v1/root-user/email', { email: 'other@thief.test' }];
    const response = await fetch(server.baseUrl + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${accessToken}`,
        'x-forwarded-for': `198.18.7.${number}`,
      },
      body: JSON.stringify({ password, ...more }),
    });
    return response.status === 204 ? 'done' : ((await response.json()) as { code: string }).code;
  };
  const codes: string[] = [];
  for (let number = 0; number < 20; number += 1) codes.push(await guess(number));
  expect(codes.filter((code) => code === 'AccessDenied')).toHaveLength(6);
  expect(codes.slice(6)).toEqual(codes.slice(6).map(() => 'Throttling'));
  expect(await guess(20, thief.password)).toBe('Throttling');
});

/** Threat: accounts are created without limit, or sign-up reveals which email addresses have one. */
it('sign-ups from one address are made to wait, whatever became of the earlier ones', async () => {
  const address = '198.18.6.1';
  const signUp = (email: string, from = address) =>
    post('/v1/accounts', { name: 'Many', email, password: 'Many-password-1234' }, from);
  const answers = [
    await signUp('first@many.test'),
    await signUp('first@many.test'),
    await signUp(tenant.email),
    // Its own delay begins with it.
    await signUp('second@many.test'),
    await signUp('third@many.test'),
    await signUp(tenant.email),
  ];
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [201, undefined],
    [409, 'EntityAlreadyExists'],
    [409, 'EntityAlreadyExists'],
    [201, undefined],
    [429, 'Throttling'],
    [429, 'Throttling'],
  ]);
  expect(answers.at(-1)!.headers.get('retry-after')).toBe('1');
  expect((await signUp('third@many.test', '198.18.6.2')).status).toBe(201);
  const byOperator = { name: 'Customer', password: 'Many-password-1234' };
  for (const email of ['a@many.test', 'b@many.test', 'c@many.test', 'd@many.test', 'e@many.test']) {
    expect((await management.rest.post('/v1/accounts', { ...byOperator, email })).status).toBe(201);
  }
});

/** Threat: the owner of an account finds out which email addresses have one, by trying to take them. */
it('changes of a root user’s email address are made to wait, right ones between them or not', async () => {
  const { email, password, accountId } = await newTenant(server.baseUrl);
  let current = email;
  // Each change ends the sessions.
  const change = async (to: string) => {
    const rest = await signIn(server.baseUrl, current, password);
    const { status, body } = await rest.post('/v1/root-user/email', { password, email: to });
    if (status !== 204) return [status, body.code];
    current = to;
    return status;
  };
  for (const _ of [1, 2]) expect(await change(tenant.email)).toEqual([409, 'EntityAlreadyExists']);
  for (const name of ['one', 'two', 'three', 'four']) expect(await change(`${name}@changed.test`)).toBe(204);
  for (const to of [tenant.email, 'five@changed.test']) expect(await change(to)).toEqual([429, 'Throttling']);
  const { account } = (await management.rest.get(`/v1/accounts/${accountId}`)).body;
  expect(account.email).toBe('four@changed.test');
});
