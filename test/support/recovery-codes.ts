import { userPassword, userWithSession } from './passkeys.js';
import { RestClient } from './rest-client.js';
import type { Tenant } from './tenant.js';
import { totp, twoCodes } from './totp.js';

/** A user with a virtual device and ten recovery codes, created in its own session. */
export async function userWithRecoveryCodes(owner: Tenant) {
  const user = await userWithSession(owner, 'iam:CreateVirtualMFADevice');
  const { body } = await new RestClient(owner.baseUrl).post('/v1/sign-in', user.credentials);
  const session = new RestClient(owner.baseUrl, body.accessToken as string);
  const created = await session.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: user.userName });
  const { serialNumber, base32StringSeed } = created.body.virtualMfaDevice as Record<string, string>;
  const seed = Buffer.from(base32StringSeed!, 'base64').toString();
  await session.post('/v1/mfa-devices/enable', { serialNumber, ...twoCodes(seed) });
  const { challengeToken } = (await session.post('/v1/session/step-up', { password: userPassword })).body;
  const code = totp(seed, Date.now() + 30_000);
  await session.post('/v1/session/step-up/mfa', { challengeToken, code });
  const answer = await session.post('/v1/recovery-codes');
  if (answer.status !== 201) throw new Error(`No recovery codes: ${JSON.stringify(answer.body)}`);
  const codes = answer.body.recoveryCodes as string[];
  return { ...user, session, seed, serialNumber: serialNumber!, codes };
}

/** Signs in with the password and a recovery code. */
export async function signInWithRecoveryCode(baseUrl: string, credentials: object, recoveryCode: string) {
  const stranger = new RestClient(baseUrl);
  const { challengeToken } = (await stranger.post('/v1/sign-in', credentials)).body;
  return stranger.post('/v1/sign-in/mfa', { challengeToken, recoveryCode });
}
