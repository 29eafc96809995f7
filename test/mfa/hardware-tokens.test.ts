import { randomBytes } from 'node:crypto';
import { sharedServer } from '../support/shared-server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';
import { codesAround, type OathToken } from '../support/totp.js';

let operator: Tenant;
let acme: Tenant;
let other: Tenant;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  operator = await managementTenant(baseUrl);
  acme = await newTenant(baseUrl);
  other = await newTenant(baseUrl);
  for (const userName of ['ana', 'bob']) await acme.rest.post('/v1/users', { userName });
  await other.rest.post('/v1/users', { userName: 'eve' });
});

/** A token from the vendor, in the platform's inventory. */
async function importToken(more: Partial<OathToken> = {}, partition?: string): Promise<OathToken & { serial: string }> {
  const token: OathToken = { seed: randomBytes(32), type: 'totp', algorithm: 'sha1', digits: 6, ...more };
  const serial = `GAHT${randomBytes(6).toString('hex')}`;
  const { status, body } = await operator.rest.post('/v1/hardware-tokens', {
    format: 'csv',
    document: `serialNumber,seed,type,algorithm,digits\n${serial},${token.seed.toString('hex')},${token.type},${token.algorithm},${token.digits}`,
    ...(partition === undefined ? {} : { partition }),
  });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return { ...token, serial };
}

function enable(tenant: Tenant, userName: string, token: OathToken & { serial: string }, at = 0) {
  return tenant.rest.post('/v1/mfa-devices/enable', {
    userName,
    serialNumber: token.serial,
    ...codesAround(token, at),
  });
}

describe('a key fob', () => {
  it.each([
    ['TOTP with SHA-1 and six digits', {}],
    ['TOTP with SHA-256 and eight digits', { algorithm: 'sha256', digits: 8 }],
    ['TOTP with SHA-512 and eight digits', { algorithm: 'sha512', digits: 8 }],
    ['HOTP', { type: 'hotp' }],
    ['HOTP with eight digits', { type: 'hotp', digits: 8 }],
  ] as const)('is enabled by its number and two codes, and given back: %s', async (_, kind) => {
    const token = await importToken(kind);
    expect((await enable(acme, 'ana', token)).status).toBe(204);
    const { mfaDevices } = (await acme.rest.get('/v1/mfa-devices?userName=ana')).body;
    expect(mfaDevices).toEqual([expect.objectContaining({ serialNumber: token.serial })]);
    const { hardwareToken } = (await operator.rest.get(`/v1/hardware-tokens/${token.serial}`)).body;
    expect(hardwareToken).toMatchObject({ accountId: acme.accountId });
    expect((await operator.rest.delete(`/v1/hardware-tokens/${token.serial}`)).body.code).toBe('DeleteConflict');

    const serialNumber = token.serial;
    expect((await acme.rest.post('/v1/mfa-devices/deactivate', { userName: 'ana', serialNumber })).status).toBe(204);
    expect((await acme.rest.get('/v1/mfa-devices?userName=ana')).body.mfaDevices).toEqual([]);
    expect((await operator.rest.delete(`/v1/hardware-tokens/${token.serial}`)).status).toBe(204);
  });

  it('whose counter has run on is found again by two codes in a row, a single stretch ahead', async () => {
    const token = await importToken({ type: 'hotp' });
    await enable(acme, 'ana', token);
    const resync = (at: number) =>
      acme.rest.post('/v1/mfa-devices/resync', {
        userName: 'ana',
        serialNumber: token.serial,
        ...codesAround(token, at),
      });
    expect((await resync(5000)).body.code).toBe('InvalidAuthenticationCode');
    expect((await resync(700)).status).toBe(204);
    await acme.rest.post('/v1/mfa-devices/deactivate', { userName: 'ana', serialNumber: token.serial });
  });
});

/** Threat: serial numbers are printed on tokens and are consecutive, so a stranger can guess them. */
describe('somebody else’s key fob', () => {
  it('cannot be enabled without its codes', async () => {
    const token = await importToken();
    const { body } = await enable(other, 'eve', { ...token, seed: randomBytes(32) });
    expect(body.code).toBe('InvalidAuthenticationCode');
    // The failed attempt did not claim it.
    expect((await enable(acme, 'ana', token)).status).toBe(204);
    await acme.rest.post('/v1/mfa-devices/deactivate', { userName: 'ana', serialNumber: token.serial });
  });

  it('cannot be enabled while it is used, in its account or another, and nothing tells that it exists', async () => {
    const token = await importToken();
    await enable(acme, 'ana', token);
    expect((await enable(acme, 'bob', token, 1)).body.code).toBe('EntityAlreadyExists');
    const taken = await enable(other, 'eve', token, 1);
    const missing = await enable(other, 'eve', { ...token, serial: 'GAHTnothing00' }, 1);
    expect(taken.status).toBe(404);
    expect(taken.body.detail).toBe(missing.body.detail.replace('GAHTnothing00', token.serial));
    await acme.rest.post('/v1/mfa-devices/deactivate', { userName: 'ana', serialNumber: token.serial });
  });

  it('is had by one of several that try at once', async () => {
    const token = await importToken();
    const attempts = await Promise.all([
      enable(acme, 'ana', token),
      enable(other, 'eve', token),
      enable(acme, 'bob', token),
    ]);
    expect(attempts.filter(({ status }) => status === 204)).toHaveLength(1);
    for (const { status } of attempts) expect([204, 404, 409]).toContain(status);
  });

  it('does not take old codes from its next owner', async () => {
    const token = await importToken({ type: 'hotp' });
    await enable(acme, 'bob', token, 10);
    await acme.rest.post('/v1/mfa-devices/deactivate', { userName: 'bob', serialNumber: token.serial });
    expect((await enable(other, 'eve', token, 10)).body.code).toBe('InvalidAuthenticationCode');
    expect((await enable(other, 'eve', token, 12)).status).toBe(204);
  });

  it('cannot be enabled in another partition than it is meant for', async () => {
    const token = await importToken({}, 'aws-us-gov');
    expect((await enable(acme, 'bob', token)).status).toBe(404);
  });
});

describe('the inventory', () => {
  it('is the operator’s alone', async () => {
    const token = await importToken();
    for (const path of ['/v1/hardware-tokens', `/v1/hardware-tokens/${token.serial}`]) {
      expect((await acme.rest.get(path)).status).toBe(403);
    }
    expect((await acme.rest.delete(`/v1/hardware-tokens/${token.serial}`)).status).toBe(403);
    expect((await acme.rest.post('/v1/hardware-tokens', { format: 'csv', document: 'seed' })).status).toBe(403);
  });

  it('takes all of a file or nothing', async () => {
    const token = await importToken();
    const seed = '31'.repeat(20);
    const document = `serialNumber,seed\nGAHTfresh${token.serial},${seed}\n${token.serial},${seed}`;
    expect((await operator.rest.post('/v1/hardware-tokens', { format: 'csv', document })).status).toBe(409);
    const { hardwareTokens } = (await operator.rest.get('/v1/hardware-tokens?serialNumberPrefix=GAHTfresh')).body;
    expect(hardwareTokens).toEqual([]);
  });
});
