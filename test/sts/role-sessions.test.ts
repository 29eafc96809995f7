import {
  AssumeRoleCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  type STSClient,
} from '@aws-sdk/client-sts';
import { CreateUserCommand, GetUserCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { sharedServer } from '../support/shared-server.js';
import { allow, awsClients, newTenant, type Tenant, type TestUser } from '../support/tenant.js';
import { totp, twoCodes } from '../support/totp.js';
import { trust } from '../support/trust.js';

let baseUrl: string;
let acme: Tenant;
let other: Tenant;
let ana: TestUser;

beforeAll(async () => {
  ({ baseUrl } = sharedServer());
  acme = await newTenant(baseUrl);
  other = await newTenant(baseUrl);
  ana = await acme.addUser('ana', allow('sts:*', 'iam:GetUser', 'iam:ListUsers'));
});

async function role(tenant: Tenant, roleName: string, trustPolicy: string, policy?: object): Promise<string> {
  const created = await tenant.rest.post('/v1/roles', { roleName, assumeRolePolicyDocument: trustPolicy });
  if (created.status !== 201) throw new Error(JSON.stringify(created.body));
  const policyDocument = JSON.stringify(policy ?? allow('iam:ListUsers', 'sts:AssumeRole', 'sts:TagSession'));
  await tenant.rest.put(`/v1/roles/${roleName}/policies/own`, { policyDocument });
  return created.body.role.arn as string;
}

type Assume = ConstructorParameters<typeof AssumeRoleCommand>[0];

async function assume(sts: STSClient, RoleArn: string, more: Partial<Assume> = {}) {
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more }));
  return sessionOf(Credentials);
}

function sessionOf(given: Credentials | undefined) {
  const { AccessKeyId, SecretAccessKey, SessionToken } = given!;
  const accessKey = { accessKeyId: AccessKeyId!, secretAccessKey: SecretAccessKey!, sessionToken: SessionToken! };
  return { accessKey, ...awsClients(baseUrl, accessKey) };
}

const denied = { name: 'AccessDenied' };

describe('a role session', () => {
  it('is the role, under the name of the session, and may what the role may', async () => {
    const arn = await role(acme, 'reader', trust({ AWS: ana.arn }));
    const session = await assume(ana.sts, arn);
    const identity = await session.sts.send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:sts::${acme.accountId}:assumed-role/reader/session`);
    expect(identity.UserId).toMatch(/^AROA[A-Z2-7]{17}:session$/);
    await session.iam.send(new ListUsersCommand({}));
    await expect(session.iam.send(new CreateUserCommand({ UserName: 'eve' }))).rejects.toMatchObject(denied);
    expect(session.accessKey.sessionToken.length).toBeLessThan(4096);
  });

  it('may only what its session policies allow as well', async () => {
    const arn = await role(acme, 'limited', trust({ AWS: ana.arn }), allow('iam:*'));
    const Policy = JSON.stringify(allow('iam:GetUser'));
    const inline = await assume(ana.sts, arn, { Policy });
    await inline.iam.send(new GetUserCommand({ UserName: 'ana' }));
    await expect(inline.iam.send(new ListUsersCommand({}))).rejects.toMatchObject(denied);
    const managed = await assume(ana.sts, arn, { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }] });
    await managed.iam.send(new ListUsersCommand({}));
    await expect(managed.iam.send(new CreateUserCommand({ UserName: 'eve' }))).rejects.toMatchObject(denied);
  });

  it('carries tags that policies see, and hands transitive ones on', async () => {
    const byTag = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'iam:ListUsers',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'blue' } },
        },
        { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: '*' },
      ],
    };
    const trustAll = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: acme.accountId }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
      ],
    });
    const first = await role(acme, 'tagged', trustAll, byTag);
    const second = await role(acme, 'second', trustAll, byTag);
    const Tags = [{ Key: 'Team', Value: 'blue' }];
    const tagged = await assume(ana.sts, first, { Tags, TransitiveTagKeys: ['Team'] });
    await tagged.iam.send(new ListUsersCommand({}));
    const chained = await assume(tagged.sts, second);
    await chained.iam.send(new ListUsersCommand({}));
    await expect(assume(tagged.sts, second, { Tags: [{ Key: 'team', Value: 'red' }] })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    const notTransitive = await assume((await assume(ana.sts, first, { Tags })).sts, second);
    await expect(notTransitive.iam.send(new ListUsersCommand({}))).rejects.toMatchObject(denied);
    await expect(assume(tagged.sts, second, { DurationSeconds: 3601 })).rejects.toMatchObject({
      message: expect.stringContaining('role chaining'),
    });
  });

  it('is over when the role is deleted', async () => {
    const arn = await role(acme, 'brief', trust({ AWS: ana.arn }));
    const session = await assume(ana.sts, arn);
    await session.iam.send(new ListUsersCommand({}));
    await acme.rest.delete('/v1/roles/brief/policies/own');
    await acme.rest.delete('/v1/roles/brief');
    await expect(session.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
  });

  it('is revoked by the published policy on aws:TokenIssueTime', async () => {
    const arn = await role(acme, 'revoked', trust({ AWS: ana.arn }));
    const session = await assume(ana.sts, arn);
    await session.iam.send(new ListUsersCommand({}));
    const revoke = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Action: ['*'],
          Resource: ['*'],
          Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(Date.now() + 60_000).toISOString() } },
        },
      ],
    };
    await acme.rest.put('/v1/roles/revoked/policies/AWSRevokeOlderSessions', {
      policyDocument: JSON.stringify(revoke),
    });
    await expect(session.iam.send(new ListUsersCommand({}))).rejects.toMatchObject(denied);
  });
});

describe('who may assume a role', () => {
  const key = (policy: object, principal: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: principal, ...policy }] });

  it('of another account: only when both sides allow', async () => {
    const arn = await role(acme, 'for-other', trust({ AWS: other.accountId }));
    const bob = await other.addUser('bob', allow('sts:AssumeRole'));
    const eve = await other.addUser('eve');
    const session = await assume(bob.sts, arn);
    const { Account } = await session.sts.send(new GetCallerIdentityCommand({}));
    expect(Account).toBe(acme.accountId);
    await expect(assume(eve.sts, arn)).rejects.toMatchObject(denied);
    const ownOnly = await role(acme, 'own-only', trust({ AWS: acme.accountId }));
    await expect(assume(bob.sts, ownOnly)).rejects.toMatchObject(denied);
  });

  it('with an external id, only with the right one', async () => {
    const arn = await role(
      acme,
      'external',
      trust({ AWS: other.accountId }, { StringEquals: { 'sts:ExternalId': 'order-7' } }),
    );
    const carl = await other.addUser('carl', allow('sts:AssumeRole'));
    await assume(carl.sts, arn, { ExternalId: 'order-7' });
    for (const more of [{}, { ExternalId: 'order-8' }]) {
      await expect(assume(carl.sts, arn, more)).rejects.toMatchObject(denied);
    }
  });

  it('tells nothing of roles and accounts that do not exist', async () => {
    const real = await role(acme, 'secret', trust({ AWS: ana.arn }));
    const dora = await other.addUser('dora', allow('sts:AssumeRole'));
    const messages = await Promise.all(
      [real, real.replace('secret', 'nothing'), `arn:aws:iam::999999999999:role/secret`].map(async (arn) => {
        const error = await assume(dora.sts, arn).then(
          () => undefined,
          (caught: Error) => caught,
        );
        return error!.message.replace(arn, 'ROLE');
      }),
    );
    expect(new Set(messages).size).toBe(1);
  });

  it('not a new user under the name of the one that was meant', async () => {
    const first = await acme.addUser('named', allow('sts:AssumeRole'));
    const arn = await role(acme, 'for-named', trust({ AWS: first.arn }));
    await assume(first.sts, arn);
    await acme.rest.delete(`/v1/access-keys/${first.accessKey.accessKeyId}?userName=named`);
    await acme.rest.delete('/v1/users/named/policies/test');
    expect((await acme.rest.delete('/v1/users/named')).status).toBe(204);
    const second = await acme.addUser('named', allow('sts:AssumeRole'));
    await expect(assume(second.sts, arn)).rejects.toMatchObject(denied);
  });

  it('not the root user, and not a source identity that is not permitted', async () => {
    const arn = await role(acme, 'plain', trust({ AWS: acme.accountId }));
    await expect(assume(acme.sts, arn)).rejects.toMatchObject(denied);
    const both = { Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'] };
    const traced = await role(acme, 'traced', key(both, { AWS: acme.accountId }));
    await expect(assume(ana.sts, arn, { SourceIdentity: 'ana-in-person' })).rejects.toMatchObject(denied);
    const session = await assume(ana.sts, traced, { SourceIdentity: 'ana-in-person' });
    expect(session.accessKey.sessionToken).toBeTruthy();
  });

  it('with MFA, only with a code, which works once', async () => {
    const arn = await role(
      acme,
      'guarded',
      trust({ AWS: ana.arn }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
    );
    const { virtualMfaDevice } = (await acme.rest.post('/v1/virtual-mfa-devices', { virtualMfaDeviceName: 'phone' }))
      .body;
    const seed = Buffer.from(virtualMfaDevice.base32StringSeed as string, 'base64').toString();
    const SerialNumber = virtualMfaDevice.serialNumber as string;
    const codes = twoCodes(seed);
    await acme.rest.post('/v1/mfa-devices/enable', { userName: 'ana', serialNumber: SerialNumber, ...codes });
    await expect(assume(ana.sts, arn)).rejects.toMatchObject(denied);
    await expect(assume(ana.sts, arn, { SerialNumber, TokenCode: codes.authenticationCode2 })).rejects.toMatchObject(
      denied,
    );
    const TokenCode = totp(seed, Date.now() + 30_000);
    const { iam } = await assume(ana.sts, arn, { SerialNumber, TokenCode });
    await iam.send(new ListUsersCommand({}));
    await expect(assume(ana.sts, arn, { SerialNumber, TokenCode })).rejects.toMatchObject(denied);
  });
});

describe('session tokens', () => {
  it('of GetSessionToken cannot call IAM without MFA, nor make further ones', async () => {
    const { Credentials } = await ana.sts.send(new GetSessionTokenCommand({}));
    const session = sessionOf(Credentials);
    expect((await session.sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(ana.arn);
    await expect(session.iam.send(new ListUsersCommand({}))).rejects.toMatchObject(denied);
    await expect(session.sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject(denied);
  });

  it('of GetFederationToken may nothing with IAM', async () => {
    const Policy = JSON.stringify(allow('*'));
    const { Credentials } = await ana.sts.send(new GetFederationTokenCommand({ Name: 'guest', Policy }));
    const session = sessionOf(Credentials);
    const { Arn } = await session.sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(`arn:aws:sts::${acme.accountId}:federated-user/guest`);
    await expect(session.iam.send(new ListUsersCommand({}))).rejects.toMatchObject(denied);
  });

  // Threat: a token that is forged, changed, or taken from other credentials.
  it('are good only as they were issued, with the key that they were issued with', async () => {
    const { Credentials } = await ana.sts.send(new GetSessionTokenCommand({}));
    const mine = sessionOf(Credentials).accessKey;
    const others = sessionOf((await ana.sts.send(new GetSessionTokenCommand({}))).Credentials).accessKey;
    const flipped = Buffer.from(mine.sessionToken, 'base64');
    flipped[flipped.length - 20]! ^= 1;
    const forgeries = [
      { ...mine, sessionToken: flipped.toString('base64') },
      { ...mine, sessionToken: others.sessionToken },
      { ...others, sessionToken: mine.sessionToken },
      { ...mine, sessionToken: '' },
      { ...mine, sessionToken: 'A'.repeat(5000) },
      { accessKeyId: mine.accessKeyId, secretAccessKey: mine.secretAccessKey },
      { ...ana.accessKey, sessionToken: mine.sessionToken },
    ];
    for (const forged of forgeries) {
      const { sts } = awsClients(baseUrl, forged);
      await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    }
    const wrongSecret = awsClients(baseUrl, { ...mine, secretAccessKey: others.secretAccessKey });
    await expect(wrongSecret.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
  });
});
