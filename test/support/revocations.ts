import { randomUUID } from 'node:crypto';
import {
  AssumeRoleCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts';
import { setTimeout as pause } from 'node:timers/promises';
import { accessTokenOf, askWhether } from './decisions.js';
import { RestClient } from './rest-client.js';
import { rootUser } from './server.js';
import { type AccessKey, allow, awsClients, newTenant, type Tenant } from './tenant.js';

/** The observations of one revocation on one replica that did not process it. */
export interface Effect {
  readonly kind: string;
  readonly replica: number;
  /** From the acknowledgement of the revocation to the question that was first denied. */
  readonly milliseconds: number;
  /** Allows in response to questions after the acknowledgement. */
  readonly staleAllows: number;
  /** An allow after a deny. */
  readonly wavered: boolean;
}

/** A permission that is granted, seen everywhere, and revoked. */
interface Revocation {
  readonly isAllowed: (replica: number) => Promise<boolean>;
  readonly revoke: (by: RestClient) => Promise<{ readonly status: number }>;
}

type Kind = (world: World, userName: string) => Promise<Revocation>;

interface World {
  readonly baseUrls: readonly string[];
  readonly tenant: Tenant;
  /** Of the platform, on each replica. */
  readonly askers: readonly RestClient[];
}

const password = 'Ana-password-1234';
const policyDocument = JSON.stringify(allow('orders:Get'));

async function done(answer: Promise<{ status: number; body: unknown }>) {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body as Record<string, Record<string, string>>;
}

async function newUser({ tenant }: World, userName: string): Promise<string> {
  return (await done(tenant.rest.post('/v1/users', { userName })))['user']!['arn']!;
}

async function allowedUser(world: World, userName: string): Promise<string> {
  const arn = await newUser(world, userName);
  await done(world.tenant.rest.put(`/v1/users/${userName}/policies/orders`, { policyDocument }));
  return arn;
}

function asksAbout({ askers, tenant }: World, subject: { type: string; id: string }) {
  return async (replica: number) => {
    const resource = `arn:aws:orders:eu-1:${tenant.accountId}:order/42`;
    const { status, decision } = await askWhether(askers[replica]!, subject, resource);
    if (decision === undefined) throw new Error(`No decision: ${status}`);
    return decision;
  };
}
const principal = (id: string) => ({ type: 'principal', id });

function signsWith({ baseUrls }: World, accessKey: AccessKey) {
  const clients = baseUrls.map((baseUrl) => awsClients(baseUrl, accessKey).sts);
  return (replica: number) =>
    clients[replica]!.send(new GetCallerIdentityCommand({})).then(
      () => true,
      (error: Error) => {
        if (!['InvalidClientTokenId', 'ExpiredToken'].includes(error.name)) throw error;
        return false;
      },
    );
}

async function withKey(world: World, userName: string) {
  await newUser(world, userName);
  const { accessKey } = await done(world.tenant.rest.post('/v1/access-keys', { userName }));
  return accessKey as unknown as { accessKeyId: string; secretAccessKey: string };
}

const keyOf = ({ AccessKeyId, SecretAccessKey, SessionToken }: Credentials): AccessKey => ({
  accessKeyId: AccessKeyId!,
  secretAccessKey: SecretAccessKey!,
  sessionToken: SessionToken!,
});

export const revocationKinds: Readonly<Record<string, Kind>> = {
  async 'inline policy deleted'(world, userName) {
    const isAllowed = asksAbout(world, principal(await allowedUser(world, userName)));
    return { isAllowed, revoke: (by) => by.delete(`/v1/users/${userName}/policies/orders`) };
  },
  async 'managed policy detached'(world, userName) {
    const { rest } = world.tenant;
    const isAllowed = asksAbout(world, principal(await newUser(world, userName)));
    const created = await done(rest.post('/v1/policies', { policyName: userName, policyDocument }));
    const policyArn = created['policy']!['arn']!;
    const path = `/v1/users/${userName}/attached-policies`;
    await done(rest.put(path, { policyArn }));
    return { isAllowed, revoke: (by) => by.delete(`${path}?policyArn=${encodeURIComponent(policyArn)}`) };
  },
  async 'policy replaced by a Deny'(world, userName) {
    const isAllowed = asksAbout(world, principal(await allowedUser(world, userName)));
    const denied = policyDocument.replace('"Allow"', '"Deny"');
    return {
      isAllowed,
      revoke: (by) => by.put(`/v1/users/${userName}/policies/orders`, { policyDocument: denied }),
    };
  },
  async 'user taken out of a group'(world, userName) {
    const { rest } = world.tenant;
    const isAllowed = asksAbout(world, principal(await newUser(world, userName)));
    await done(rest.post('/v1/groups', { groupName: userName }));
    await done(rest.put(`/v1/groups/${userName}/policies/orders`, { policyDocument }));
    await done(rest.put(`/v1/groups/${userName}/users/${userName}`));
    return { isAllowed, revoke: (by) => by.delete(`/v1/groups/${userName}/users/${userName}`) };
  },
  async 'boundary put'(world, userName) {
    const { rest } = world.tenant;
    const isAllowed = asksAbout(world, principal(await allowedUser(world, userName)));
    const nothing = JSON.stringify(allow('nothing:AtAll'));
    const created = await done(rest.post('/v1/policies', { policyName: userName, policyDocument: nothing }));
    const permissionsBoundary = created['policy']!['arn']!;
    return {
      isAllowed,
      revoke: (by) => by.put(`/v1/users/${userName}/permissions-boundary`, { permissionsBoundary }),
    };
  },
  async 'user deleted'(world, userName) {
    const isAllowed = asksAbout(world, principal(await newUser(world, userName)));
    await done(world.tenant.rest.post('/v1/groups', { groupName: userName }));
    const resource = `/v1/users/${userName}/policies/orders`;
    await done(world.tenant.rest.put(resource, { policyDocument }));
    // A user with a policy cannot be deleted: both are revocations, and the first must take effect too.
    return {
      isAllowed,
      async revoke(by) {
        await by.delete(resource);
        return by.delete(`/v1/users/${userName}`);
      },
    };
  },
  async 'access key deactivated'(world, userName) {
    const accessKey = await withKey(world, userName);
    const input = { userName, accessKeyId: accessKey.accessKeyId, status: 'Inactive' };
    return {
      isAllowed: signsWith(world, accessKey),
      revoke: (by) => by.patch(`/v1/access-keys/${accessKey.accessKeyId}`, { userName, status: input.status }),
    };
  },
  async 'access key deleted'(world, userName) {
    const accessKey = await withKey(world, userName);
    return {
      isAllowed: signsWith(world, accessKey),
      revoke: (by) => by.delete(`/v1/access-keys/${accessKey.accessKeyId}?userName=${userName}`),
    };
  },
  async 'session signed out'(world, userName) {
    await allowedUser(world, userName);
    await done(world.tenant.rest.post(`/v1/users/${userName}/login-profile`, { password }));
    const credentials = { account: world.tenant.accountId, userName, password };
    const { accessToken } = (await done(
      new RestClient(world.baseUrls[0]!).post('/v1/sign-in', credentials),
    )) as unknown as {
      accessToken: string;
    };
    const isAllowed = asksAbout(world, { type: 'token', id: accessToken });
    return { isAllowed, revoke: ({ baseUrl }) => new RestClient(baseUrl, accessToken).post('/v1/sign-out') };
  },
  async 'sessions of a user revoked'(world, userName) {
    const sts = awsClients(world.baseUrls[0]!, await withKey(world, userName)).sts;
    const { Credentials } = await sts.send(new GetSessionTokenCommand({}));
    const isAllowed = signsWith(world, keyOf(Credentials!));
    return { isAllowed, revoke: (by) => by.post(`/v1/users/${userName}/revoke-sessions`) };
  },
  async 'sessions of a role revoked'(world, userName) {
    const user = await newUser(world, userName);
    const { accessKey } = await done(world.tenant.rest.post('/v1/access-keys', { userName }));
    const Statement = { Effect: 'Allow', Principal: { AWS: user }, Action: 'sts:AssumeRole' };
    const assumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    const { role } = await done(world.tenant.rest.post('/v1/roles', { roleName: userName, assumeRolePolicyDocument }));
    const { sts } = awsClients(world.baseUrls[0]!, accessKey as unknown as AccessKey);
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: role!['arn']!, RoleSessionName: 'session' }),
    );
    const isAllowed = signsWith(world, keyOf(Credentials!));
    return { isAllowed, revoke: (by) => by.post(`/v1/roles/${userName}/revoke-sessions`) };
  },
};

/**
 * Grants and revokes permissions at random through random replicas, and asks all the others immediately after each
 * acknowledgement.
 *
 * @param count of revocations, over all kinds
 * @param workers that work concurrently, each with its own account
 */
export async function checkRevocations(
  baseUrls: readonly string[],
  { count, workers }: { count: number; workers: number },
): Promise<Effect[]> {
  const kinds = Object.entries(revocationKinds);
  const effects: Effect[] = [];
  const askers = await Promise.all(
    baseUrls.map(async (url) => new RestClient(url, await accessTokenOf(url, rootUser.email, rootUser.password))),
  );
  let begun = 0;
  const work = async (tenant: Tenant) => {
    const { accessToken } = (
      await new RestClient(tenant.baseUrl).post('/v1/sign-in', { email: tenant.email, password: tenant.password })
    ).body as { accessToken: string };
    const world = { baseUrls, askers, tenant };
    for (let index = begun++; index < count; index = begun++) {
      const [kind, give] = kinds[index % kinds.length]!;
      const { isAllowed, revoke } = await give(world, `u-${randomUUID()}`);
      for (const replica of baseUrls.keys()) {
        for (let tries = 0; !(await isAllowed(replica)); tries += 1) {
          if (tries === 500) throw new Error(`${kind}: never allowed on replica ${replica}`);
          await pause(10);
        }
      }
      const taker = Math.floor(Math.random() * baseUrls.length);
      const { status } = await revoke(new RestClient(baseUrls[taker]!, accessToken));
      if (status >= 300) throw new Error(`${kind}: ${status}`);
      effects.push(...(await Promise.all(baseUrls.map((_, replica) => watch(kind, replica, isAllowed)))));
    }
  };
  const tenants = [];
  for (let index = 0; index < workers; index += 1) tenants.push(await newTenant(baseUrls[index % baseUrls.length]!));
  await Promise.all(tenants.map(work));
  return effects;
}

async function watch(kind: string, replica: number, isAllowed: Revocation['isAllowed']): Promise<Effect> {
  const acknowledgedAt = performance.now();
  let staleAllows = 0;
  let askedAt = performance.now();
  while (await isAllowed(replica)) {
    staleAllows += 1;
    if (staleAllows > 100_000) break;
    askedAt = performance.now();
  }
  const again = (await isAllowed(replica)) || (await isAllowed(replica));
  return { kind, replica, milliseconds: askedAt - acknowledgedAt, staleAllows, wavered: again };
}
