import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { ListUsersCommand } from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { SignJWT, UnsecuredJWT } from 'jose';
import { OidcIssuer } from '../support/oidc-issuer.js';
import { RestClient } from '../support/rest-client.js';
import { addRole, sessionClients, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

const { baseUrl } = sharedServer();
/** Signs nothing: it has no credentials. */
const sts = new STSClient({ endpoint: baseUrl, region: 'us-east-1', maxAttempts: 1 });
let issuer: OidcIssuer;
let tenant: Tenant;
let host: string;
let providerArn: string;
let roleArn: string;

const federated = { Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'] };

beforeAll(async () => {
  issuer = await OidcIssuer.start();
  host = issuer.url.replace('http://', '');
  tenant = await newTenant(baseUrl);
  const created = await tenant.rest.post('/v1/oidc-providers', { url: issuer.url, clientIdList: ['gatehouse'] });
  providerArn = created.body.openIdConnectProviderArn as string;
  const trust = trusting({
    ...federated,
    Principal: { Federated: providerArn },
    Condition: { StringLike: { [`${host}:sub`]: 'repo:acme/*' }, StringEquals: { [`${host}:aud`]: 'gatehouse' } },
  });
  roleArn = await addRole(tenant, trust, 'iam:ListUsers');
});
afterAll(() => issuer.stop());

const assume = (WebIdentityToken: string, RoleArn = roleArn) =>
  sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'build', WebIdentityToken }));

it('gives a session of the role to whom the trust policy means', async () => {
  const answer = await assume(await issuer.token());
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: 'repo:acme/app',
    Audience: 'gatehouse',
    Provider: host,
  });
  const session = sessionClients(baseUrl, answer.Credentials!);
  expect((await session.sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(answer.AssumedRoleUser!.Arn);
  await expect(session.iam.send(new ListUsersCommand({}))).resolves.toBeDefined();
});

describe('a provider whose URL ends with a slash, as Auth0 has it', () => {
  let slashRole: string;

  beforeAll(async () => {
    const other = await newTenant(baseUrl);
    const created = await other.rest.post('/v1/oidc-providers', { url: `${issuer.url}/`, clientIdList: ['gatehouse'] });
    const slashProvider = created.body.openIdConnectProviderArn as string;
    expect(slashProvider).toBe(`arn:aws:iam::${other.accountId}:oidc-provider/${host}/`);
    const trust = trusting({
      ...federated,
      Principal: { Federated: slashProvider },
      Condition: { StringEquals: { [`${host}/:aud`]: 'gatehouse' } },
    });
    slashRole = await addRole(other, trust);
  });

  it('has it in its ARN and its condition keys', async () => {
    const answer = await assume(await issuer.token({ iss: `${issuer.url}/` }), slashRole);
    expect(answer.Provider).toBe(`${host}/`);
  });

  it('is not the issuer of tokens without it; the message names the whole URL', async () => {
    await expect(assume(await issuer.token(), slashRole)).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      message: `No OpenIDConnect provider found in your account for ${issuer.url}`,
    });
  });
});

it('is the same through REST, and is in the audit log without the token', async () => {
  const webIdentityToken = await issuer.token();
  const stranger = new RestClient(baseUrl);
  const body = { roleArn, roleSessionName: 'rest', webIdentityToken };
  expect((await stranger.post('/v1/assume-role-with-web-identity', body)).status).toBe(201);
  const events = await tenant.rest.get('/v1/audit-events?operation=sts:AssumeRoleWithWebIdentity');
  const text = JSON.stringify(events.body);
  expect(text).toContain(providerArn);
  expect(text).not.toContain(webIdentityToken);
  expect(sharedServer().output()).not.toContain(webIdentityToken);
});

it('the session keeps the condition keys of the provider, and has none about MFA', async () => {
  const name = roleArn.split('/').at(-1)!;
  const policyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: 'iam:ListUsers',
      Resource: '*',
      Condition: {
        StringEquals: {
          [`${host}:sub`]: 'repo:acme/keys',
          'aws:FederatedProvider': providerArn,
          'aws:PrincipalTag/team': 'blue',
          'aws:SourceIdentity': 'ana',
        },
        Null: { 'aws:MultiFactorAuthPresent': 'true' },
      },
    },
  });
  await tenant.rest.put(`/v1/roles/${name}/policies/test`, { policyDocument });
  const claims = {
    'https://aws.amazon.com/tags': { principal_tags: { team: ['blue'] }, transitive_tag_keys: ['team'] },
    'https://aws.amazon.com/source_identity': 'ana',
  };
  const listUsers = async (sub: string) => {
    const { Credentials } = await assume(await issuer.token({ sub, ...claims }));
    return sessionClients(baseUrl, Credentials!).iam.send(new ListUsersCommand({}));
  };
  await expect(listUsers('repo:acme/keys')).resolves.toBeDefined();
  await expect(listUsers('repo:acme/other')).rejects.toMatchObject({ name: 'AccessDenied' });
});

describe('is refused to', () => {
  it('another subject', async () => {
    const token = await issuer.token({ sub: 'repo:evil/app' });
    await expect(assume(token)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
  });

  /** Threat: a token that was issued once, by mistake or by an intruder at the provider, and is valid for decades. */
  it('a token that was issued in the future, or is good for longer than a day', async () => {
    const now = Math.floor(Date.now() / 1000);
    const refused: [number, number, string][] = [
      [now + 600, now + 900, 'issued in the future'],
      [now, now + 90_000, 'more than 24 hours'],
      [now - 3 * 365 * 86_400, now + 30 * 365 * 86_400, 'more than 24 hours'],
    ];
    for (const [iat, exp, message] of refused) {
      await expect(assume(await issuer.token({ iat }, exp))).rejects.toThrow(message);
    }
    await assume(await issuer.token({ iat: now + 30 }, now + 30 + 86_400));
  });

  it('a token for another audience', async () => {
    await expect(assume(await issuer.token({ aud: 'elsewhere' }))).rejects.toThrow('Incorrect token audience');
    // The authorized party counts, not every audience in the list.
    const token = await issuer.token({ aud: ['gatehouse', 'elsewhere'], azp: 'elsewhere' });
    await expect(assume(token)).rejects.toThrow('Incorrect token audience');
  });

  it('an expired token', async () => {
    const token = await issuer.token({}, Math.floor(Date.now() / 1000) - 120);
    await expect(assume(token)).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });

  it('a role that does not trust the provider, and one that does not exist', async () => {
    const other = await addRole(tenant, trusting({ Principal: { AWS: tenant.accountId } }));
    const token = await issuer.token();
    await expect(assume(token, other)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume(token, `${other}-none`)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  /** Threat: the attacker runs a provider and registers it in an account of its own. */
  it('a provider that the account of the role has not registered', async () => {
    const evil = await OidcIssuer.start();
    await expect(assume(await evil.token())).rejects.toThrow('No OpenIDConnect provider found');
    const forged = await evil.token({ iss: issuer.url });
    await expect(assume(forged)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
    await evil.stop();
  });

  /** Threats: no signature, or one that uses the public key as a shared secret (RFC 8725 §2.1). */
  it('tokens without a signature, or with a shared secret', async () => {
    const claims = { iss: issuer.url, sub: 'repo:acme/app', aud: 'gatehouse' };
    const unsigned = new UnsecuredJWT(claims).setIssuedAt().setExpirationTime('5m').encode();
    await expect(assume(unsigned)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
    const shared = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(Buffer.from('x'.repeat(32)));
    await expect(assume(shared)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
    await expect(assume('not a token')).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
  });

  it('a tampered token', async () => {
    const [header, , signature] = (await issuer.token()).split('.') as [string, string, string];
    const payload = Buffer.from(JSON.stringify({ iss: issuer.url, sub: 'repo:acme/app', aud: 'gatehouse', exp: 9e9 }));
    const token = [header, payload.toString('base64url'), signature].join('.');
    await expect(assume(token)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
  });
});

/** Threat: a key that can be broken (RFC 7518 §3.3 requires 2048 bits), or one that makes the server fail. */
/** Threat: anyone with a genuine token of a shared provider fills the audit log of an account that does not trust them. */
it('of many denials of a genuine token some are recorded, and the others counted', async () => {
  const victim = await newTenant(baseUrl);
  const created = await victim.rest.post('/v1/oidc-providers', { url: issuer.url, clientIdList: ['gatehouse'] });
  const trust = trusting({
    ...federated,
    Principal: { Federated: created.body.openIdConnectProviderArn as string },
    Condition: { StringEquals: { [`${host}:sub`]: 'repo:victim/app', [`${host}:aud`]: 'gatehouse' } },
  });
  const role = await addRole(victim, trust);
  const token = await issuer.token();
  for (let attempt = 0; attempt < 40; attempt += 1) {
    await expect(assume(token, role)).rejects.toMatchObject({ name: 'AccessDenied' });
  }
  const { body } = await victim.rest.get('/v1/audit-events?operation=sts:AssumeRoleWithWebIdentity&maxItems=1000');
  const denials = (body.events as { outcome: string }[]).filter(({ outcome }) => outcome === 'implicitDeny');
  expect(denials.length).toBeGreaterThanOrEqual(20);
  expect(denials.length).toBeLessThan(30);
});

describe('keys that are not good', () => {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const weak = publicKey.export({ format: 'jwk' });
  let provider: OidcIssuer;
  let role: string;

  beforeAll(async () => {
    provider = await OidcIssuer.start();
    for (const [kid, key] of Object.entries({ weak, ofNothing: { kty: 'RSA' }, ofAnyKind: { kty: 'none' } })) {
      provider.moreKeys.push({ ...key, kid });
    }
    const created = await tenant.rest.post('/v1/oidc-providers', { url: provider.url, clientIdList: ['gatehouse'] });
    const Principal = { Federated: created.body.openIdConnectProviderArn as string };
    role = await addRole(tenant, trusting({ ...federated, Principal }));
  });
  afterAll(() => provider.stop());

  it.each(['RS256', 'PS256'])('%s with 1024 bits is refused as a bad token', async (alg) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: provider.url, sub: 'repo:acme/app', aud: 'gatehouse', iat: now, exp: now + 300 };
    const signed = `${encode({ alg, kid: 'weak' })}.${encode(claims)}`;
    const padding = alg === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } : {};
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, ...padding }).toString('base64url');
    await expect(assume(`${signed}.${signature}`, role)).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      message: 'The token cannot be verified.',
    });
  });

  it.each(['ofNothing', 'ofAnyKind'])('a key %s is, too', async (kid) => {
    const claims = { iss: provider.url, sub: 'repo:acme/app', aud: 'gatehouse' };
    const token = `${encode({ alg: 'RS256', kid })}.${encode(claims)}.${Buffer.alloc(256).toString('base64url')}`;
    await expect(assume(token, role)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
  });

  it('do not keep the good ones from being used', async () => {
    await expect(assume(await provider.token(), role)).resolves.toBeDefined();
  });
});

it('keys are asked for once, however many tokens come', async () => {
  const before = issuer.keyRequests;
  for (let count = 0; count < 5; count += 1) await assume(await issuer.token());
  expect(issuer.keyRequests - before).toBe(0);
});

/** Threat: the server is made to fetch what only it can reach. */
it('keys are not fetched from elsewhere over plain HTTP, and what is there is not told', async () => {
  const pointer = await OidcIssuer.start();
  pointer.jwksUri = `${baseUrl}/.well-known/jwks.json`;
  const other = await newTenant(baseUrl);
  await other.rest.post('/v1/oidc-providers', { url: pointer.url, clientIdList: ['gatehouse'] });
  const role = await addRole(other, trusting({ Principal: { AWS: other.accountId } }));
  await expect(assume(await pointer.token(), role)).rejects.toMatchObject({
    message: 'The keys of the identity provider could not be retrieved. Try again.',
  });
  await pointer.stop();
});

/** Threat: someone who may sign up makes the server send requests to what only the server can reach (SSRF). */
describe('addresses that are neither on the public internet nor named by the operator', () => {
  it.each(['https://127.0.0.2', 'https://10.0.0.1', 'https://169.254.169.254', 'http://[::1]:3000'])(
    'are no provider: %s',
    async (url) => {
      const { status, body } = await tenant.rest.post('/v1/oidc-providers', { url, clientIdList: ['gatehouse'] });
      expect([status, body.code]).toEqual([400, 'ValidationError']);
    },
  );

  it('hold no keys: nothing is asked there', async () => {
    let connections = 0;
    const inside = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => inside.listen(0, '127.0.0.2', resolve));
    const pointer = await OidcIssuer.start();
    pointer.jwksUri = `https://127.0.0.2:${(inside.address() as AddressInfo).port}/keys`;
    const { body } = await tenant.rest.post('/v1/oidc-providers', { url: pointer.url, clientIdList: ['gatehouse'] });
    const role = await addRole(
      tenant,
      trusting({ ...federated, Principal: { Federated: body.openIdConnectProviderArn } }),
    );
    await expect(assume(await pointer.token(), role)).rejects.toMatchObject({
      message: 'The keys of the identity provider could not be retrieved. Try again.',
    });
    expect(connections).toBe(0);
    await pointer.stop();
    inside.close();
  });
});
