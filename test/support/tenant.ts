import { randomUUID } from 'node:crypto';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { RestClient } from './rest-client.js';
import { served } from './served.js';
import { rootUser } from './server.js';

export interface AccessKey {
  /** For temporary credentials. */
  sessionToken?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A user with an access key, and clients that act as it. */
export interface TestUser {
  readonly userName: string;
  readonly arn: string;
  readonly accessKey: AccessKey;
  readonly iam: IAMClient;
  readonly sts: STSClient;
}

/** An account of one test, with clients that act as its root user. */
export interface Tenant {
  readonly baseUrl: string;
  readonly accountId: string;
  readonly email: string;
  readonly password: string;
  readonly rest: RestClient;
  readonly accessKey: AccessKey;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  /** A new user with an access key and, if given, an inline policy. */
  addUser(userName: string, policy?: object): Promise<TestUser>;
}

const password = 'Tenant-owner-1234';

/** Signs up an account and signs its root user in. */
export async function newTenant(baseUrl: string): Promise<Tenant> {
  const stranger = new RestClient(baseUrl);
  const email = `${randomUUID()}@tenant.test`;
  const created = await served(() => stranger.post('/v1/accounts', { name: 'Tenant', email, password }));
  if (created.status !== 201) throw new Error(`No account: ${JSON.stringify(created.body)}`);
  const { accountId } = created.body.account as { accountId: string };
  return signedIn(baseUrl, accountId, email, password);
}

/** The management account of a server that tests started. */
export async function managementTenant(baseUrl: string): Promise<Tenant> {
  const rest = await signIn(baseUrl, rootUser.email, rootUser.password);
  const { account } = (await rest.get('/v1/account')).body as { account: { accountId: string } };
  return tenantOf(rest, account.accountId, rootUser.email, rootUser.password);
}

export async function signIn(baseUrl: string, email: string, withPassword: string): Promise<RestClient> {
  const stranger = new RestClient(baseUrl);
  const answer = await served(() => stranger.post('/v1/sign-in', { email, password: withPassword }));
  if (answer.body.status !== 'signedIn') throw new Error(`Not signed in: ${JSON.stringify(answer.body)}`);
  return new RestClient(baseUrl, answer.body.accessToken as string);
}

/** Clients that sign with an access key. */
export function awsClients(baseUrl: string, accessKey: AccessKey): { iam: IAMClient; sts: STSClient } {
  const configuration = { endpoint: baseUrl, region: 'us-east-1', credentials: { ...accessKey }, maxAttempts: 1 };
  return { iam: new IAMClient(configuration), sts: new STSClient(configuration) };
}

async function signedIn(baseUrl: string, accountId: string, email: string, withPassword: string): Promise<Tenant> {
  return tenantOf(await signIn(baseUrl, email, withPassword), accountId, email, withPassword);
}

async function tenantOf(rest: RestClient, accountId: string, email: string, withPassword: string): Promise<Tenant> {
  const isManagement = email === rootUser.email;
  const accessKey = isManagement ? await operatorKey(rest) : await newAccessKey(rest);
  const { baseUrl } = rest;
  return {
    baseUrl,
    accountId,
    email,
    password: withPassword,
    rest,
    accessKey,
    ...awsClients(baseUrl, accessKey),
    async addUser(userName, policy) {
      const created = await served(() => rest.post('/v1/users', { userName }));
      if (created.status !== 201) throw new Error(`No user: ${JSON.stringify(created.body)}`);
      if (policy) {
        const policyDocument = JSON.stringify(policy);
        await rest.put(`/v1/users/${encodeURIComponent(userName)}/policies/test`, { policyDocument });
      }
      const userKey = await newAccessKey(rest, userName);
      const { arn } = created.body.user as { arn: string };
      return { userName, arn, accessKey: userKey, ...awsClients(baseUrl, userKey) };
    },
  };
}

/**
 * A root user has at most two keys, and all tests share the management account: its keys belong to an administrator.
 */
async function operatorKey(rest: RestClient): Promise<AccessKey> {
  const userName = `operator-${randomUUID()}`;
  await rest.post('/v1/users', { userName });
  await rest.put(`/v1/users/${userName}/policies/everything`, { policyDocument: JSON.stringify(allow('*')) });
  return newAccessKey(rest, userName);
}

async function newAccessKey(rest: RestClient, userName?: string): Promise<AccessKey> {
  const answer = await served(() => rest.post('/v1/access-keys', userName === undefined ? {} : { userName }));
  if (answer.status !== 201) throw new Error(`No access key: ${JSON.stringify(answer.body)}`);
  return answer.body.accessKey as AccessKey;
}

/** An Allow of these actions on everything. */
export function allow(...actions: string[]): object {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}

/** A Deny of these actions on everything. */
export function deny(...actions: string[]): object {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: actions, Resource: '*' }] };
}
