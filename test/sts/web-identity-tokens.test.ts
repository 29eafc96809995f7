import { EnableOutboundWebIdentityFederationCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetWebIdentityTokenCommand, type GetWebIdentityTokenRequest } from '@aws-sdk/client-sts';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, awsClients, newTenant, type Tenant } from '../support/tenant.js';
import { trust } from '../support/trust.js';

const AUDIENCE = 'https://api.example.com';
const NAMESPACE = 'https://sts.amazonaws.com/';

let tenant: Tenant;

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  await tenant.iam.send(new EnableOutboundWebIdentityFederationCommand());
});

async function getToken(sts = tenant.sts, more: Partial<GetWebIdentityTokenRequest> = {}): Promise<string> {
  const input = { Audience: [AUDIENCE], SigningAlgorithm: 'ES384', ...more };
  return (await sts.send(new GetWebIdentityTokenCommand(input))).WebIdentityToken!;
}

/** Like an external service that knows only the issuer. */
async function verify(token: string, of = tenant) {
  const issuer = `${of.baseUrl}/issuers/${of.accountId}`;
  const discovered = await fetch(`${issuer}/.well-known/openid-configuration`);
  const configuration = (await discovered.json()) as { issuer: string; jwks_uri: string };
  expect(configuration.issuer).toBe(issuer);
  const { payload, protectedHeader } = await jwtVerify(token, createRemoteJWKSet(new URL(configuration.jwks_uri)), {
    issuer,
    audience: AUDIENCE,
  });
  return { claims: payload, own: payload[NAMESPACE] as Record<string, unknown>, header: protectedHeader };
}

describe('a web identity token', () => {
  it.each(['RS256', 'ES384'])('is verified by whoever knows the issuer: %s', async (SigningAlgorithm) => {
    const user = await tenant.addUser(`user-${SigningAlgorithm}`, allow('sts:GetWebIdentityToken'));
    await tenant.rest.post(`/v1/users/${user.userName}/tags`, { tags: [{ key: 'team', value: 'blue' }] });
    const { claims, own, header } = await verify(await getToken(user.sts, { SigningAlgorithm }));
    expect(header).toEqual({ alg: SigningAlgorithm, kid: expect.any(String), typ: 'JWT' });
    expect(claims).toMatchObject({ sub: user.arn, aud: AUDIENCE, jti: expect.any(String) });
    expect(claims.exp! - claims.iat!).toBe(300);
    expect(own).toEqual({
      aws_account: tenant.accountId,
      org_id: expect.stringMatching(/^o-[a-z0-9]{10}$/),
      ou_path: expect.stringMatching(/^o-[a-z0-9]{10}\/r-[a-z0-9]{4}\/$/),
      principal_id: user.arn,
      source_region: 'us-east-1',
      principal_tags: { team: 'blue' },
    });
  });

  it('of a session of a role is about the role, and ends before the session does', async () => {
    const user = await tenant.addUser('assumer', allow('sts:*'));
    const { body } = await tenant.rest.post('/v1/roles', {
      roleName: 'worker',
      assumeRolePolicyDocument: trust({ AWS: tenant.accountId }),
    });
    const policyDocument = JSON.stringify(allow('sts:GetWebIdentityToken'));
    await tenant.rest.put('/v1/roles/worker/policies/tokens', { policyDocument });
    const RoleArn = body.role.arn as string;
    const { Credentials: given } = await user.sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: 'job-7', DurationSeconds: 900 }),
    );
    const { sts } = awsClients(tenant.baseUrl, {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    });
    const { claims, own } = await verify(await getToken(sts));
    expect(claims.sub).toBe(RoleArn);
    expect(own).toMatchObject({
      principal_id: `arn:aws:sts::${tenant.accountId}:assumed-role/worker/job-7`,
      original_session_exp: given!.Expiration!.toISOString().replace('.000Z', 'Z'),
    });
    await expect(getToken(sts, { DurationSeconds: 901 })).rejects.toMatchObject({
      name: 'SessionDurationEscalationException',
    });
  });

  it('holds several audiences and the tags of the request, for whom policies let tag it', async () => {
    const Tags = [{ Key: 'job', Value: '7' }];
    const plain = await tenant.addUser('plain', allow('sts:GetWebIdentityToken'));
    await expect(getToken(plain.sts, { Tags })).rejects.toMatchObject({ name: 'AccessDenied' });
    const tagger = await tenant.addUser('tagger', allow('sts:GetWebIdentityToken', 'sts:TagGetWebIdentityToken'));
    const { claims, own } = await verify(await getToken(tagger.sts, { Tags, Audience: [AUDIENCE, 'other'] }));
    expect(claims.aud).toEqual([AUDIENCE, 'other']);
    expect(own).toMatchObject({ request_tags: { job: '7' } });
  });

  it('is given only as the policy’s conditions say', async () => {
    const { sts } = await tenant.addUser('bounded', {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 'sts:GetWebIdentityToken',
        Resource: '*',
        Condition: {
          'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': AUDIENCE },
          NumericLessThanEquals: { 'sts:DurationSeconds': '300' },
          StringEquals: { 'sts:SigningAlgorithm': 'ES384' },
        },
      },
    });
    expect((await verify(await getToken(sts))).claims.aud).toBe(AUDIENCE);
    const refused: Partial<GetWebIdentityTokenRequest>[] = [
      { Audience: [AUDIENCE, 'https://elsewhere.example.com'] },
      { DurationSeconds: 301 },
      { SigningAlgorithm: 'RS256' },
    ];
    for (const more of refused) await expect(getToken(sts, more)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it.each<[string, Partial<GetWebIdentityTokenRequest>, string]>([
    ['an identity that the session does not act for', { SubjectMode: 'OriginIdentity' }, 'ValidationError'],
    ['a scope without one', { Scope: 'read' }, 'ValidationError'],
    ['another algorithm', { SigningAlgorithm: 'HS256' }, 'ValidationError'],
    ['no audience', { Audience: [] }, 'ValidationError'],
    ['more than an hour', { DurationSeconds: 3601 }, 'ValidationError'],
    [
      'claims without end',
      { Tags: Array.from({ length: 50 }, (_, index) => ({ Key: `key-${index}`, Value: 'v'.repeat(256) })) },
      'JWTPayloadSizeExceededException',
    ],
  ])('is not given for %s', async (_, input, name) => {
    await expect(getToken(tenant.sts, input)).rejects.toMatchObject({ name });
  });

  it('is not given before the account wants it', async () => {
    const other = await newTenant(tenant.baseUrl);
    await expect(getToken(other.sts)).rejects.toMatchObject({ name: 'OutboundWebIdentityFederationDisabledException' });
  });
});

describe('the issuer', () => {
  it('tells no secret, and the same of an account that there is not', async () => {
    const rest = new RestClient(tenant.baseUrl);
    const { keys } = (await rest.get(`/issuers/${tenant.accountId}/.well-known/jwks.json`)).body as {
      keys: Record<string, string>[];
    };
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES384', 'RS256']);
    for (const key of keys) expect(Object.keys(key)).not.toEqual(expect.arrayContaining(['d']));
    const unknown = await rest.get('/issuers/000000000000/.well-known/jwks.json');
    expect([unknown.status, unknown.body]).toEqual([200, { keys }]);
    expect((await rest.get('/issuers/not-an-account/.well-known/jwks.json')).status).toBe(404);
  });

  /** Threat: a token for an external service is accepted by Gatehouse, or a token of another account as one's own. */
  it('has tokens that are good for nothing else', async () => {
    const token = await getToken(tenant.sts, { Audience: [tenant.baseUrl] });
    const answer = await new RestClient(tenant.baseUrl, token).get('/v1/session');
    expect([answer.status, answer.body.code]).toEqual([401, 'InvalidClientTokenId']);
    const other = await newTenant(tenant.baseUrl);
    await expect(verify(await getToken(), other)).rejects.toMatchObject({ claim: 'iss' });
  });
});
