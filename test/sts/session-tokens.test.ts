import { ListUsersCommand } from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '@aws-crypto/sha256-js';
import { addRole, assume, sessionClients, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, managementTenant, newTenant, type Tenant, type TestUser } from '../support/tenant.js';
import { totp, twoCodes } from '../support/totp.js';

const { baseUrl } = sharedServer();
/** In the form for GetSessionToken and AssumeRole. */
interface MfaCode {
  readonly SerialNumber: string;
  readonly TokenCode: string;
}

let tenant: Tenant;
let ana: TestUser;
let credentials: Credentials;

beforeAll(async () => {
  tenant = await newTenant(baseUrl);
  ana = await tenant.addUser('ana', allow('iam:*', 'sts:*'));
  const roleArn = await addRole(tenant, trusting({ Principal: { AWS: ana.arn } }));
  ({ credentials } = await assume(baseUrl, ana, roleArn));
});

const whoAmI = (changed: Partial<Credentials>) =>
  sessionClients(baseUrl, { ...credentials, ...changed }).sts.send(new GetCallerIdentityCommand({}));

/** Threats: a token is changed, taken from another session, or omitted. */
describe('a session token', () => {
  it('is good with its own key', async () => expect((await whoAmI({})).Account).toBe(tenant.accountId));

  it.each([0, 1, 40, 200, -5, -1])('is refused with the character at %i changed', async (position) => {
    const token = [...credentials.SessionToken!];
    const index = position < 0 ? token.length + position : position;
    token[index] = token[index] === 'A' ? 'B' : 'A';
    await expect(whoAmI({ SessionToken: token.join('') })).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('is refused with the key of another session', async () => {
    const other = (await ana.sts.send(new GetSessionTokenCommand({}))).Credentials!;
    await expect(whoAmI({ SessionToken: other.SessionToken })).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    const mixed = { ...other, SessionToken: credentials.SessionToken };
    await expect(whoAmI(mixed)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('is refused with a long-term key, and a temporary key without a token', async () => {
    const longTerm = { AccessKeyId: ana.accessKey.accessKeyId, SecretAccessKey: ana.accessKey.secretAccessKey };
    await expect(whoAmI(longTerm)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(whoAmI({ SessionToken: undefined })).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('does not stand in for the secret', async () => {
    await expect(whoAmI({ SecretAccessKey: 'x'.repeat(40) })).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });

  it('works in a presigned URL, and not without being signed', async () => {
    const { AccessKeyId, SecretAccessKey, SessionToken } = credentials;
    const signer = new SignatureV4({
      credentials: { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! },
      region: 'us-east-1',
      service: 'sts',
      sha256: Sha256,
    });
    const { hostname, port, host } = new URL(baseUrl);
    const signed = await signer.presign({
      method: 'GET',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host },
    });
    const query = new URLSearchParams(signed.query as Record<string, string>);
    expect((await fetch(`${baseUrl}/?${query.toString()}`)).status).toBe(200);
    query.set('X-Amz-Security-Token', `${SessionToken!.slice(0, -8)}AAAAAAAA`);
    expect((await fetch(`${baseUrl}/?${query.toString()}`)).status).toBe(403);
  });

  it('is in no log', () => expect(sharedServer().output()).not.toContain(credentials.SessionToken!));
});

describe('GetSessionToken', () => {
  it('cannot call IAM without MFA, nor STS but AssumeRole and GetCallerIdentity', async () => {
    const answer = await ana.sts.send(new GetSessionTokenCommand({}));
    const { iam, sts } = sessionClients(baseUrl, answer.Credentials!);
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(ana.arn);
    await expect(iam.send(new ListUsersCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(sts.send(new GetFederationTokenCommand({ Name: 'guest' }))).rejects.toThrow('cannot be called');
  });

  /** An enabled device of a user. */
  async function deviceOf(userName: string): Promise<{ serialNumber: string; seed: string }> {
    const { body } = await tenant.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: userName });
    const { serialNumber, base32StringSeed } = body.virtualMfaDevice as Record<string, string>;
    const seed = Buffer.from(base32StringSeed!, 'base64').toString();
    const enabled = await tenant.rest.post('/v1/mfa-devices/enable', { userName, serialNumber, ...twoCodes(seed) });
    expect(enabled.status).toBe(204);
    return { serialNumber: serialNumber!, seed };
  }

  it('with the code of an MFA device has passed MFA; the code is good once', async () => {
    const mia = await tenant.addUser('mia', allow('sts:*', 'iam:*'));
    const { serialNumber, seed } = await deviceOf('mia');
    const code = { SerialNumber: serialNumber, TokenCode: totp(seed, Date.now() + 30_000) };
    const answer = await mia.sts.send(new GetSessionTokenCommand(code));
    const { iam } = sessionClients(baseUrl, answer.Credentials!);
    await expect(iam.send(new ListUsersCommand({}))).resolves.toBeDefined();
    await expect(mia.sts.send(new GetSessionTokenCommand(code))).rejects.toThrow('MultiFactorAuthentication failed');
  });

  /** Threat: someone with the keys but without the device guesses codes. */
  it('delays whoever guesses codes', async () => {
    const ivy = await tenant.addUser('ivy', allow('sts:*'));
    const { serialNumber } = await deviceOf('ivy');
    const guess = () => ivy.sts.send(new GetSessionTokenCommand({ SerialNumber: serialNumber, TokenCode: '000000' }));
    const errors: Error[] = [];
    for (let tries = 0; tries < 8; tries += 1) errors.push((await guess().catch((error: Error) => error)) as Error);
    expect(errors[0]).toMatchObject({
      name: 'AccessDenied',
      message: 'MultiFactorAuthentication failed with invalid MFA one time pass code.',
    });
    expect(errors.map(({ name }) => name)).toContain('Throttling');
  });

  /** AWS's message, including the two spaces, as reported publicly. */
  it.each([
    ['GetSessionToken', (code: MfaCode) => new GetSessionTokenCommand(code)],
    [
      'AssumeRole',
      (code: MfaCode) =>
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${tenant.accountId}:role/any`,
          RoleSessionName: 'one',
          ...code,
        }),
    ],
  ])(
    'says of a device that is not the caller’s that it cannot validate the code, and delays nobody: %s',
    async (operation, command) => {
      const zoe = await tenant.addUser(`zoe-${operation}`, allow('sts:*'));
      const { serialNumber: own, seed } = await deviceOf(`zoe-${operation}`);
      const { serialNumber: ofOther, seed: otherSeed } = await deviceOf(
        (await tenant.addUser(`yan-${operation}`)).userName,
      );
      const nobodys = `arn:aws:iam::${tenant.accountId}:mfa/nobody`;
      const codes: MfaCode[] = [{ SerialNumber: ofOther, TokenCode: totp(otherSeed, Date.now() + 30_000) }];
      for (let tries = 0; tries < 8; tries += 1) codes.push({ SerialNumber: nobodys, TokenCode: '000000' });
      for (const code of codes) {
        await expect(zoe.sts.send(command(code) as GetSessionTokenCommand)).rejects.toMatchObject({
          name: 'AccessDenied',
          message:
            'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
        });
      }
      const right = { SerialNumber: own, TokenCode: totp(seed, Date.now() + 30_000) };
      await expect(zoe.sts.send(new GetSessionTokenCommand(right))).resolves.toBeDefined();
    },
  );
});

describe('GetFederationToken', () => {
  it('is allowed what both the user and the session policy allow, but never IAM', async () => {
    const policy = JSON.stringify(allow('*'));
    const answer = await ana.sts.send(new GetFederationTokenCommand({ Name: 'guest', Policy: policy }));
    const { iam, sts } = sessionClients(baseUrl, answer.Credentials!);
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(answer.FederatedUser!.Arn);
    await expect(iam.send(new ListUsersCommand({}))).rejects.toThrow('federated user');
    await expect(
      sts.send(
        new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${tenant.accountId}:role/any`, RoleSessionName: 'guest' }),
      ),
    ).rejects.toThrow('federated user');
  });
});

it('the sessions of a suspended account end', async () => {
  const other = await newTenant(baseUrl);
  const session = (await other.sts.send(new GetSessionTokenCommand({}))).Credentials!;
  const { sts } = sessionClients(baseUrl, session);
  await sts.send(new GetCallerIdentityCommand({}));
  await (await managementTenant(baseUrl)).rest.put(`/v1/accounts/${other.accountId}/suspension`, { reason: 'a test' });
  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
});
