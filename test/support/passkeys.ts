import { randomUUID } from 'node:crypto';
import { localOrigin, SoftwareAuthenticator } from './authenticator.js';
import type { RestAnswer, RestClient } from './rest-client.js';
import { allow, type Tenant } from './tenant.js';

/** The password of users created by `userWithSession`. */
export const userPassword = 'Ana-password-1234';

/** The first step of a sign-in with a passkey. */
export interface BegunPasskey {
  readonly challengeToken: string;
  readonly credentialOptions: { readonly challenge: string };
}

/** W3C Web Authentication: the user handle by which a passkey identifies its user. */
export const handleOf = (accountId: string, principalId: string): string =>
  Buffer.from(`${accountId}/${principalId}`).toString('base64url');

/** A caller of REST, with a session or with a signature. */
export type Post = (path: string, body?: object) => Promise<RestAnswer>;

/** Registers a new security key. @param userName undefined: for the caller itself */
export async function registerKey(
  post: Post,
  baseUrl: string,
  userName?: string,
  securityKeyName = 'key',
): Promise<{ key: SoftwareAuthenticator; answer: RestAnswer }> {
  const user = userName === undefined ? {} : { userName };
  const begun = await post('/v1/security-keys/registration-options', user);
  const key = new SoftwareAuthenticator('localhost', localOrigin(baseUrl));
  if (begun.status !== 200) return { key, answer: begun };
  const credential = key.create(begun.body.options as { challenge: string });
  return { key, answer: await post('/v1/security-keys', { ...user, securityKeyName, credential }) };
}

export async function beginPasskey(stranger: RestClient): Promise<BegunPasskey> {
  return (await stranger.post('/v1/sign-in/passkey/options')).body as BegunPasskey;
}

/** Signs in with the key alone. @param handle the claimed owner */
export async function signInWithPasskey(
  stranger: RestClient,
  key: SoftwareAuthenticator,
  handle: string,
): Promise<RestAnswer> {
  const { challengeToken, credentialOptions } = await beginPasskey(stranger);
  return stranger.post('/v1/sign-in/passkey', { challengeToken, credential: key.get(credentialOptions, handle) });
}

/** A user with `userPassword` that may manage its own devices, and its sign-in. */
export async function userWithSession(owner: Tenant, ...actions: string[]) {
  const userName = `user-${randomUUID().slice(0, 8)}`;
  const { body } = await owner.rest.post('/v1/users', { userName });
  const { userId } = body.user as { userId: string };
  const policyDocument = JSON.stringify(allow('gatehouse:*', 'iam:*MFADevice', ...actions));
  await owner.rest.put(`/v1/users/${userName}/policies/own`, { policyDocument });
  await owner.rest.post(`/v1/users/${userName}/login-profile`, { password: userPassword });
  const credentials = { account: owner.accountId, userName, password: userPassword };
  return { owner, userName, handle: handleOf(owner.accountId, userId), credentials };
}
