import { setTimeout as pause } from 'node:timers/promises';
import { type MailServer, mailWith, startMailServer, tokenIn } from '../support/mails.js';
import { RestClient } from '../support/rest-client.js';
import { type ShiftedServer, startShiftedServer } from '../support/shifted-server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';
import { totp, twoCodes } from '../support/totp.js';

/**
 * Threat: guessing at the permitted rate for months; and an attack with the lock against the owner. The server's clock
 * is moved from delay to delay, and every guess comes from another address.
 */

const home = '198.18.0.1';
const password = 'Ana-password-1234';

let server: ShiftedServer;
let mailServer: MailServer;
let tenant: Tenant;
let now = Date.now();
let addresses = 0;

const nextAddress = () => `198.19.${((addresses += 1) >> 8) & 255}.${addresses & 255}`;

beforeAll(async () => {
  mailServer = await startMailServer();
  server = await startShiftedServer({
    GATEHOUSE_TRUST_PROXY: '127.0.0.1',
    GATEHOUSE_SMTP_URL: mailServer.url,
    GATEHOUSE_EMAIL_CONFIRMATION: 'off',
    GATEHOUSE_ARGON2_MEMORY_KIB: '7168',
    GATEHOUSE_ARGON2_PASSES: '1',
  });
  move(0);
  tenant = await newTenant(server.baseUrl);
});
afterAll(async () => {
  await server?.stop();
  await mailServer?.stop();
});

/** Moves the clock forward, past every delay of strangers. */
function move(seconds: number): void {
  now += seconds * 1000;
  server.stopClock(now);
}

async function post(path: string, body: object, address: string) {
  const response = await fetch(server.baseUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, string> };
}

const signIn = (named: object, withPassword: string, address: string, more: object = {}) =>
  post('/v1/sign-in', { ...named, password: withPassword, ...more }, address);

/** @returns number of guesses that were answered before the lock */
async function guessUntilLocked(named: object): Promise<number> {
  for (let answered = 0; answered < 130; answered += 1) {
    const { body } = await signIn(named, `Guess-number-${answered}`, nextAddress());
    if (body['code'] === 'SignInLocked') return answered;
    expect(body['code']).toBe('SignInFailed');
    move(61);
  }
  return Infinity;
}

async function aUser(userName: string) {
  const operator = await freshRoot();
  await operator.post('/v1/users', { userName });
  await operator.post(`/v1/users/${userName}/login-profile`, { password });
  return { account: tenant.accountId, userName };
}

/** Access tokens expire while the clock moves. */
async function freshRoot(): Promise<RestClient> {
  const { body } = await post('/v1/sign-in', { email: tenant.email, password: tenant.password }, '127.0.0.1');
  return new RestClient(server.baseUrl, body['accessToken']);
}

describe('a password of a user', () => {
  it('takes a hundred guesses in a row, whether the user exists or not, and then none from a new address', async () => {
    const ana = await aUser('ana');
    expect((await signIn(ana, password, home)).status).toBe(200);
    expect(await guessUntilLocked(ana)).toBe(100);
    move(86_400 * 30);
    expect((await signIn(ana, password, nextAddress())).body['code']).toBe('SignInLocked');
    expect(await guessUntilLocked({ account: tenant.accountId, userName: 'nobody' })).toBe(100);

    // The owner at a known address is not delayed, and its success ends the sequence.
    expect((await signIn(ana, password, home)).status).toBe(200);
    expect((await signIn(ana, password, nextAddress())).status).toBe(200);
  });

  it('is accepted again when an administrator unlocks the user, or sets a new password', async () => {
    const ben = await aUser('ben');
    await guessUntilLocked(ben);
    const root = await freshRoot();
    expect((await root.post('/v1/users/ben/unlock')).status).toBe(204);
    expect((await signIn(ben, password, nextAddress())).status).toBe(200);
    await guessUntilLocked(ben);
    const changed = 'Another-password-5678';
    await (await freshRoot()).patch('/v1/users/ben/login-profile', { password: changed });
    const after = await signIn(ben, changed, nextAddress());
    expect([200, 401]).toContain(after.status);
    expect(after.body['code']).not.toBe('SignInLocked');
  });

  /** A16: strangers keep failing, and the owner comes from a new address. */
  it('with a code of an MFA device gets its owner in while strangers go on', async () => {
    const eva = await aUser('eva');
    const root = await freshRoot();
    const { virtualMfaDevice } = (await root.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: 'eva' })).body;
    const seed = Buffer.from(virtualMfaDevice.base32StringSeed as string, 'base64').toString();
    const { serialNumber } = virtualMfaDevice as { serialNumber: string };
    const enabled = await root.post('/v1/mfa-devices/enable', {
      userName: 'eva',
      serialNumber,
      ...twoCodes(seed, now),
    });
    expect(enabled.status).toBe(204);
    await guessUntilLocked(eva);
    expect((await signIn(eva, password, nextAddress())).body['code']).toBe('SignInLocked');
    move(90);
    expect((await signIn(eva, 'Wrong-password-1', nextAddress(), { code: totp(seed, now) })).status).toBe(401);
    expect((await signIn(eva, password, nextAddress(), { code: '000000' })).status).toBe(401);
    const right = await signIn(eva, password, nextAddress(), { code: totp(seed, now) });
    expect([right.status, right.body['status']]).toEqual([200, 'signedIn']);
  });

  it('with a code, of a user without a device, gets nobody past a delay', async () => {
    const finn = await aUser('finn');
    await guessUntilLocked(finn);
    expect((await signIn(finn, password, nextAddress(), { code: '123456' })).status).toBe(401);
  });
});

describe('a root user', () => {
  it('hears of the lock by mail, and a mailed link is the way back from a new address', async () => {
    const owner = await newTenant(server.baseUrl);
    const named = { email: owner.email };
    expect(await guessUntilLocked(named)).toBe(100);
    const mails = () => mailServer.mails.filter(({ to }) => to.includes(owner.email));
    expect((await mailWith(mails, /^Sign-in of your root user is locked/)).text).toContain('Forgot password?');
    const away = nextAddress();
    expect((await signIn(named, owner.password, away)).body['code']).toBe('SignInLocked');
    await post('/v1/password-recovery', { email: owner.email }, away);
    const token = tokenIn(await mailWith(mails, /^A new password/));
    const newPassword = 'Recovered-password-1';
    expect((await post('/v1/password-recovery/finish', { token, newPassword }, away)).status).toBe(204);
    // Strangers continue immediately.
    for (let more = 0; more < 25; more += 1) await signIn(named, 'Wrong-password-1', nextAddress());
    expect((await signIn(named, newPassword, nextAddress())).status).toBe(429);
    expect((await signIn(named, newPassword, away)).status).toBe(200);
  });

  /** Threat: a thief of a session guesses the password in it, and its owner is not notified. */
  it('hears by mail that the password is locked in its sessions, and a new one ends that', async () => {
    const owner = await newTenant(server.baseUrl);
    const signedIn = async (withPassword: string) => {
      const { body } = await signIn({ email: owner.email }, withPassword, home);
      return new RestClient(server.baseUrl, body['accessToken']);
    };
    const stepUp = async (shown: string, signedInWith = owner.password) =>
      (await (await signedIn(signedInWith)).post('/v1/session/step-up', { password: shown })).body.code as string;
    let guesses = 0;
    while (guesses < 130 && (await stepUp('Wrong-password-1')) === 'AccessDenied') {
      guesses += 1;
      move(901);
    }
    expect(guesses).toBe(100);
    expect(await stepUp(owner.password)).toBe('SignInLocked');
    const mails = () => mailServer.mails.filter(({ to }) => to.includes(owner.email));
    const { text } = await mailWith(mails, /^Password confirmation is locked for your root user/);
    expect(text).toContain('Forgot password?');
    await post('/v1/password-recovery', { email: owner.email }, home);
    const newPassword = 'Recovered-password-1';
    const token = tokenIn(await mailWith(mails, /^A new password/));
    expect((await post('/v1/password-recovery/finish', { token, newPassword }, home)).status).toBe(204);
    expect(await stepUp(newPassword, newPassword)).toBeUndefined();
  });

  /** Threat: someone who has the password guesses codes, and the owner is not notified. */
  it('hears by mail that codes which come with the right password are locked', async () => {
    const owner = await newTenant(server.baseUrl);
    const named = { email: owner.email };
    const { body } = await signIn(named, owner.password, home);
    const root = new RestClient(server.baseUrl, body['accessToken']);
    const { virtualMfaDevice } = (await root.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: 'root' })).body;
    const { serialNumber, base32StringSeed } = virtualMfaDevice as Record<string, string>;
    const seed = Buffer.from(base32StringSeed!, 'base64').toString();
    expect((await root.post('/v1/mfa-devices/enable', { serialNumber, ...twoCodes(seed, now) })).status).toBe(204);
    const mails = () => mailServer.mails.filter(({ to }) => to.includes(owner.email));
    for (let guesses = 0; guesses < 101; guesses += 1) {
      move(901);
      expect((await signIn(named, owner.password, nextAddress(), { code: '000000' })).status).toBe(401);
    }
    expect((await mailWith(mails, /^Sign-in of your root user is locked/)).text).toContain(
      'A wrong MFA code was entered',
    );
    move(901);
    const right = () => signIn(named, owner.password, nextAddress(), { code: totp(seed, now) });
    expect((await right()).status).not.toBe(200);
    const management = await managementTenant(server.baseUrl);
    await management.rest.post(`/v1/accounts/${owner.accountId}/root-user/unlock`);
    move(90);
    expect((await right()).status).toBe(200);
  });

  it('is unlocked by the operator', async () => {
    const other = await newTenant(server.baseUrl);
    const named = { email: other.email };
    await guessUntilLocked(named);
    const management = await managementTenant(server.baseUrl);
    const unlock = `/v1/accounts/${other.accountId}/root-user/unlock`;
    expect((await management.rest.post(unlock)).status).toBe(204);
    expect((await signIn(named, other.password, nextAddress())).status).toBe(200);
  });
});

/** Threat: a mailbox is flooded, and the owner cannot get a link. */
it('mails to one address are bounded silently, and a link that still works is always there', async () => {
  const other = await newTenant(server.baseUrl);
  const mails = () => mailServer.mails.filter(({ to, subject }) => to.includes(other.email) && /^A new/.test(subject));
  for (let minute = 0; minute < 60; minute += 1) {
    const { status } = await post('/v1/password-recovery', { email: other.email }, nextAddress());
    expect(status).toBe(204);
    move(60);
  }
  await mailWith(mails, /./);
  // The newest one works; none is in transit any more.
  for (let before = 0; mails().length > before; await pause(2_000)) before = mails().length;
  expect(mails().length).toBeGreaterThanOrEqual(4);
  expect(mails().length).toBeLessThanOrEqual(8);
  const token = tokenIn(mails().at(-1)!);
  const finish = { token, newPassword: 'Recovered-password-1' };
  expect((await post('/v1/password-recovery/finish', finish, nextAddress())).status).toBe(204);
});

/** Threat: delays reveal which names exist, because several spellings of an existing name share its count. */
it('all spellings of a name share one count, whether it exists or not', async () => {
  const root = await freshRoot();
  const alias = `alias-${now}`;
  expect((await root.put(`/v1/account-aliases/${alias}`)).status).toBeLessThan(300);
  await aUser('gita');
  for (const userName of ['gita', 'invented']) {
    const address = nextAddress();
    const codes: (string | undefined)[] = [];
    for (let number = 0; number < 8; number += 1) {
      const account = number % 2 ? alias : tenant.accountId;
      const name = number % 3 ? userName : userName.toUpperCase();
      codes.push((await signIn({ account, userName: name }, 'Wrong-password-1', address)).body['code']);
    }
    expect(codes).toEqual([...Array<string>(6).fill('SignInFailed'), 'Throttling', 'Throttling']);
  }
});

/** Threat: strangers fill a tenant's audit log, which is permanent. */
it('of failures in an hour some are recorded, and the others as a number', async () => {
  const other = await newTenant(server.baseUrl);
  const address = nextAddress();
  for (let number = 0; number < 60; number += 1) {
    await signIn({ account: other.accountId, userName: `name-${number}` }, 'Wrong-password-1', address);
  }
  const events = async () => {
    const rest = new RestClient(
      server.baseUrl,
      (await signIn({ email: other.email }, other.password, '127.0.0.1')).body['accessToken'],
    );
    const answer = await rest.get('/v1/audit-events?operation=gatehouse:SignIn&maxItems=1000');
    return (answer.body.events as { outcome: string; reason?: string }[]).filter(({ outcome }) => outcome === 'failed');
  };
  const first = await events();
  expect(first.length).toBeGreaterThanOrEqual(20);
  expect(first.length).toBeLessThan(30);
  move(3700);
  await signIn({ account: other.accountId, userName: 'one-more' }, 'Wrong-password-1', nextAddress());
  const reasons = (await events()).map(({ reason }) => reason);
  const summary = reasons.find((reason) => /more failed or denied attempts/.test(reason ?? ''));
  expect(Number(/^\d+/.exec(summary ?? '')?.[0])).toBe(60 - first.length);
});

/** Threat: someone behind the same address as a company keeps failing, and locks its people out. */
it('many failures from one address delay others there by seconds, and known people and second factors not at all', async () => {
  const hugo = await aUser('hugo');
  const ines = await aUser('ines');
  const nat = '198.18.0.9';
  expect((await signIn(hugo, password, nat)).status).toBe(200);
  for (let burst = 0; burst < 16; burst += 1) {
    const names = Array.from({ length: 20 }, (_, number) => `nobody-${burst}-${number}`);
    await Promise.all(names.map((userName) => signIn({ ...hugo, userName }, 'Wrong-password-1', nat)));
  }
  const held = await signIn(ines, password, nat);
  expect(held.status).toBe(429);
  expect((await signIn(hugo, password, nat)).status).toBe(200);
  move(16);
  expect((await signIn(ines, password, nat)).status).toBe(200);
});
