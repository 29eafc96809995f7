import { setTimeout as pause } from 'node:timers/promises';
import { probabilityOfSmaller, shuffled, standardDeviation } from '../support/rank-statistics.js';
import { type RunningServer, startServer } from '../support/server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

/**
 * Threat: the response time reveals whether an account, user, email address or password exists.
 *
 * Attempts of all kinds alternate in a random order on one server, and only their ranks are compared. Five standard
 * deviations: by chance, one run in a million fails.
 */
const ROUNDS = 40;
const tolerance = 5 * standardDeviation(ROUNDS, ROUNDS);

let server: RunningServer;
let tenants: Tenant[];
let addresses = 0;

beforeAll(async () => {
  server = await startServer({ environment: { GATEHOUSE_TRUST_PROXY: '127.0.0.1' } });
  tenants = await Promise.all(Array.from({ length: 4 }, () => newTenant(server.baseUrl)));
  for (const { rest } of tenants) {
    for (const userName of ['ana', 'ben', 'without-password']) await rest.post('/v1/users', { userName });
    for (const userName of ['ana', 'ben']) {
      await rest.post(`/v1/users/${userName}/login-profile`, { password: 'Right-password-1234' });
    }
  }
});
afterAll(() => server?.stop());

const tenantOf = (round: number) => tenants[round % tenants.length]!;
const accountOf = (round: number) => tenantOf(round).accountId;

const signIns: Readonly<Record<string, (round: number) => object>> = {
  'wrong password': (round) => ({ account: accountOf(round), userName: round % 8 < 4 ? 'ana' : 'ben' }),
  'no password': (round) => ({ account: accountOf(round), userName: 'without-password' }),
  'no such user': (round) => ({ account: accountOf(round), userName: `nobody-${round}` }),
  'no such account': (round) => ({ account: `no-such-${round}`, userName: 'ana' }),
  'wrong password of a root user': (round) => ({ email: tenantOf(round).email }),
  'no such email address': (round) => ({ email: `${round}-${tenantOf(round).email}` }),
};

/** Each attempt comes from a separate address, so that no delay applies. */
async function timeOf(path: string, body: object, address?: string): Promise<number> {
  addresses += 1;
  const started = performance.now();
  const response = await fetch(server.baseUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address ?? `198.18.2.${addresses % 250}` },
    body: JSON.stringify(body),
  });
  await response.text();
  return performance.now() - started;
}

async function sample(kinds: Readonly<Record<string, (round: number) => Promise<number>>>) {
  const times = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
  for (const attempt of Object.values(kinds)) await attempt(0);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [kind, attempt] of shuffled(Object.entries(kinds))) times.get(kind)!.push(await attempt(round));
  }
  return times;
}

it('the time of a failed sign-in does not tell what was wrong', async () => {
  const kinds = Object.entries(signIns).map(([kind, named]) => {
    const attempt = (round: number) => timeOf('/v1/sign-in', { ...named(round), password: 'wrong' });
    return [kind, attempt] as const;
  });
  const times = await sample(Object.fromEntries(kinds));
  const reference = times.get('wrong password')!;
  const told = [...times].filter(([, sampled]) => {
    return Math.abs(probabilityOfSmaller(sampled, reference) - 0.5) > tolerance;
  });
  expect(told.map(([kind]) => kind)).toEqual([]);
});

it('the time of a failed sign-in with a code does not tell whether the password was right', async () => {
  const attempt = (password: string) => (round: number) => {
    const userName = round % 8 < 4 ? 'ana' : 'ben';
    return timeOf('/v1/sign-in', { account: accountOf(round), userName, password, code: '000000' });
  };
  const times = await sample({ right: attempt('Right-password-1234'), wrong: attempt('wrong') });
  const told = probabilityOfSmaller(times.get('right')!, times.get('wrong')!);
  expect(Math.abs(told - 0.5)).toBeLessThan(tolerance);
});

it('the time of a request for password recovery does not tell whether there is such an email address', async () => {
  const request = async (email: string) => {
    const time = await timeOf('/v1/password-recovery', { email });
    // Work after the response must not slow down the next request.
    await pause(40);
    return time;
  };
  const times = await sample({
    known: (round) => request(tenantOf(round).email),
    unknown: (round) => request(`${round % tenants.length}-${tenantOf(round).email}`),
  });
  const told = probabilityOfSmaller(times.get('known')!, times.get('unknown')!);
  expect(Math.abs(told - 0.5)).toBeLessThan(tolerance);
});

/** The measure itself must detect a real difference. A delayed attempt is refused before a password is hashed. */
it('would see an attempt that verifies no password', async () => {
  const guess = { account: accountOf(0), userName: 'ana', password: 'wrong' };
  for (let failures = 0; failures < 25; failures += 1) await timeOf('/v1/sign-in', guess, '198.18.3.1');
  const look = async () => {
    const times = await sample({
      delayed: () => timeOf('/v1/sign-in', guess, '198.18.3.1'),
      verified: (round) => timeOf('/v1/sign-in', { ...guess, userName: `nobody-else-${round}` }),
    });
    return probabilityOfSmaller(times.get('delayed')!, times.get('verified')!);
  };
  let told = await look();
  // A machine that is busy with other work hides it for a while.
  for (let looks = 1; looks < 5 && told <= 0.5 + tolerance; looks += 1) told = await look();
  expect(told).toBeGreaterThan(0.5 + tolerance);
});
