import { randomUUID } from 'node:crypto';
import { localOrigin, SoftwareAuthenticator } from '../support/authenticator.js';
import { handleOf, registerKey, userPassword, userWithSession } from '../support/passkeys.js';
import { RestClient, type RestAnswer } from '../support/rest-client.js';
import { signedCall } from '../support/services.js';
import { type AccessKey, newTenant, type Tenant } from '../support/tenant.js';
import { twoCodes } from '../support/totp.js';
import { nameOfFull } from './full-account.js';
import type { Json } from './largest-input.js';

/** Callers of operations: with a token, or with a signature. */
export interface Caller {
  call(method: string, path: string, body?: object): Promise<RestAnswer>;
}

/** Calls that the measured operations need, and the first steps of all ways to sign in. */
export class SignIns {
  asMember!: RestClient;
  /** The owner of an account that was created for one call. */
  newcomer!: Tenant;
  private securityKey!: SoftwareAuthenticator;

  /** @param account the full account */
  constructor(readonly account: Tenant) {}

  /** Calls that must succeed. */
  async post(path: string, body: object = {}, rest: Caller = this.account.rest): Promise<Json> {
    return this.send('POST', path, body, rest);
  }

  async put(path: string, body?: object, rest: Caller = this.account.rest): Promise<Json> {
    return this.send('PUT', path, body, rest);
  }

  protected async send(method: string, path: string, body: object | undefined, rest: Caller): Promise<Json> {
    const answer = await rest.call(method, path, body);
    if (answer.status < 400) return answer.body as Json;
    throw new Error(`${method} ${path}: ${JSON.stringify(answer.body).slice(0, 500)}`);
  }

  signed(accessKey: AccessKey): Caller['call'] {
    return (method, path, body) => signedCall(this.account.baseUrl, accessKey, method, path, body);
  }

  /** A user with a password and the maximum number of security keys. */
  protected async prepareMember(): Promise<void> {
    const { rest, baseUrl } = this.account;
    await this.post(`/v1/users/${this.member}/login-profile`, { password: userPassword });
    for (let count = 0; count < 7; count += 1) {
      const { key, answer } = await registerKey(
        (path, body) => rest.post(path, body),
        baseUrl,
        this.member,
        `key${count}`,
      );
      if (answer.status !== 201) throw new Error(`No security key: ${JSON.stringify(answer.body)}`);
      this.securityKey = key;
    }
  }

  get member(): string {
    return nameOfFull('u', 3, 64);
  }

  get memberSignIn() {
    return { account: this.account.accountId, userName: this.member, password: userPassword };
  }

  /** The challenge token of the step after the password. */
  async mfaAnswer(): Promise<Json> {
    return this.answerOf(await this.post('/v1/sign-in', this.memberSignIn, this.stranger));
  }

  async stepUpAnswer(member: Caller): Promise<Json> {
    return this.answerOf(await this.post('/v1/session/step-up', { password: userPassword }, member));
  }

  async signInMember(): Promise<RestClient> {
    const { accessToken } = await this.post('/v1/sign-in/mfa', await this.mfaAnswer(), this.stranger);
    return new RestClient(this.account.baseUrl, accessToken as string);
  }

  private answerOf({ challengeToken, credentialOptions }: Json): Json {
    const credential = this.securityKey.get(credentialOptions as { challenge: string });
    return { challengeToken, credential, code: undefined, recoveryCode: undefined };
  }

  get stranger(): RestClient {
    return new RestClient(this.account.baseUrl);
  }

  async newNewcomer(): Promise<Tenant> {
    this.newcomer = await newTenant(this.account.baseUrl);
    return this.newcomer;
  }

  /** With a key that can be used without a password. */
  async newNewcomerWithKey(): Promise<{ key: SoftwareAuthenticator; handle: string }> {
    const { rest, baseUrl, accountId } = await this.newNewcomer();
    const { key, answer } = await registerKey((path, body) => rest.post(path, body), baseUrl);
    if (answer.status !== 201) throw new Error(`No security key: ${JSON.stringify(answer.body)}`);
    return { key, handle: handleOf(accountId, accountId) };
  }

  /** A user of a newcomer's account, who replaces the newcomer. */
  async newUser(...actions: string[]) {
    const user = await userWithSession(await this.newNewcomer(), ...actions);
    const { accessToken } = await this.post('/v1/sign-in', user.credentials, this.stranger);
    this.newcomer = { ...this.newcomer, rest: new RestClient(this.account.baseUrl, accessToken as string) };
    return user;
  }

  /** The challenge token of a sign-in that requires the registration of a device. */
  async enrolment(): Promise<string> {
    const { rest, email, password } = await this.newNewcomer();
    await this.put('/v1/account/sign-in-settings', { mfaRequired: 'all' }, rest);
    return (await this.post('/v1/sign-in', { email, password }, this.stranger)).challengeToken as string;
  }

  /** With a virtual device that the session has just proved. */
  async newNewcomerWithDevice(): Promise<void> {
    const challengeToken = await this.enrolment();
    const path = '/v1/sign-in/mfa-enrolment/virtual-device';
    const { secret } = await this.post(path, { challengeToken }, this.stranger);
    const codes = twoCodes(secret as string);
    const { accessToken } = await this.post(`${path}/finish`, { challengeToken, ...codes }, this.stranger);
    this.newcomer = { ...this.newcomer, rest: new RestClient(this.account.baseUrl, accessToken as string) };
  }

  /** An unassigned virtual device, with its seed in base32. */
  async newDevice(): Promise<{ serialNumber: string; seed: string }> {
    const virtualMfaDeviceName = `device-${randomUUID()}`;
    const { virtualMfaDevice } = await this.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName });
    const { serialNumber, base32StringSeed } = virtualMfaDevice as Record<'serialNumber' | 'base32StringSeed', string>;
    return { serialNumber, seed: Buffer.from(base32StringSeed, 'base64').toString() };
  }

  newKey(): SoftwareAuthenticator {
    return new SoftwareAuthenticator('localhost', localOrigin(this.account.baseUrl));
  }
}
