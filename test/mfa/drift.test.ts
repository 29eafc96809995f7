import { randomUUID } from 'node:crypto';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { totp, twoCodes } from '../support/totp.js';

const password = 'Ana-password-1234';
const STEP = 30_000;

let tenant: Tenant;
let stranger: RestClient;

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  stranger = new RestClient(tenant.baseUrl);
});

/** A user whose device is off by `clock` steps, and who took `typing` steps to enter the two codes that enable it. */
async function enabled({ clock = 0, typing = 0 }: { clock?: number; typing?: number }) {
  const userName = `user-${randomUUID().slice(0, 8)}`;
  await tenant.rest.post('/v1/users', { userName });
  await tenant.rest.post(`/v1/users/${userName}/login-profile`, { password });
  const created = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: userName });
  const { serialNumber, base32StringSeed } = created.body.virtualMfaDevice as Record<string, string>;
  const seed = Buffer.from(base32StringSeed!, 'base64').toString();
  const codes = twoCodes(seed, Date.now() + (clock - typing) * STEP);
  expect((await tenant.rest.post('/v1/mfa-devices/enable', { userName, serialNumber, ...codes })).status).toBe(204);
  /** @param offset of the code's step from the server's */
  const signIn = async (offset: number): Promise<string> => {
    const { body } = await stranger.post('/v1/sign-in', { account: tenant.accountId, userName, password });
    const { challengeToken } = body as { challengeToken: string };
    const code = totp(seed, Date.now() + offset * STEP);
    const answer = await stranger.post('/v1/sign-in/mfa', { challengeToken, code });
    return (answer.body.status === 'signedIn' ? 'signedIn' : answer.body.code) as string;
  };
  return { userName, serialNumber, seed, signIn };
}

/** RFC 6238 §6. The step may change between the code and its check, which both tolerate. */
describe('the clock of a device that shows codes', () => {
  it.each([2, 3, 5, 10])('is not thought late because its owner took %i steps to type', async (typing) => {
    const { signIn } = await enabled({ typing });
    expect(await signIn(0)).toBe('signedIn');
    expect(await signIn(1)).toBe('signedIn');
  });

  it.each([-8, 8])('may be %i steps off', async (clock) => {
    const { signIn } = await enabled({ clock });
    expect(await signIn(clock + 1)).toBe('signedIn');
  });

  it('may be fast, and its owner slow', async () => {
    const { signIn } = await enabled({ clock: 10, typing: 3 });
    expect(await signIn(10)).toBe('signedIn');
  });

  it('that its first codes have settled is not looked for elsewhere', async () => {
    const { signIn } = await enabled({ typing: 8 });
    expect(await signIn(0)).toBe('signedIn');
    expect(await signIn(5)).toBe('SignInFailed');
  });

  it('is learned again by resynchronising, however slowly', async () => {
    const { userName, serialNumber, seed, signIn } = await enabled({ typing: 12 });
    const codes = twoCodes(seed, Date.now() - 4 * STEP);
    const resync = { userName, serialNumber, ...codes };
    expect((await tenant.rest.post('/v1/mfa-devices/resync', resync)).status).toBe(204);
    expect(await signIn(0)).toBe('signedIn');
  });
});

/** Threat: resynchronization accepts codes of a whole day, which makes pairs of them the easiest to guess. */
it('guesses at the two codes of a resynchronisation are made to wait', async () => {
  const { userName, serialNumber } = await enabled({});
  const guess = { userName, serialNumber, authenticationCode1: '000000', authenticationCode2: '000000' };
  const codes: string[] = [];
  while (codes.length < 20 && codes.at(-1) !== 'Throttling') {
    codes.push((await tenant.rest.post('/v1/mfa-devices/resync', guess)).body.code as string);
  }
  expect(codes.slice(0, 6)).toEqual(Array<string>(6).fill('InvalidAuthenticationCode'));
  expect(codes.at(-1)).toBe('Throttling');
});
