import { readFileSync, statSync } from 'node:fs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromTokenFile } from '@aws-sdk/credential-providers';
import { decodeJwt } from 'jose';
import { newService, type TestService } from '../support/services.js';
import { addRole, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';
import { startAgent } from '../support/workload-agent.js';
import { newWorkload, serviceRole, type TestWorkload } from '../support/workloads.js';

const { baseUrl } = sharedServer();
let issuer: string;
let acme: Tenant;
let compute: TestService;
let workload: TestWorkload;
let providerArn: string;
let roleArn: string;

beforeAll(async () => {
  acme = await newTenant(baseUrl);
  issuer = await issuerOf(acme.accountId);
  compute = await newService(await managementTenant(baseUrl));
  workload = await newWorkload(compute, acme, { roleArn: await serviceRole(acme, compute) });
  const created = await acme.rest.post('/v1/oidc-providers', { url: issuer, clientIdList: ['sts.amazonaws.com'] });
  providerArn = created.body.openIdConnectProviderArn as string;
  roleArn = await roleFor(workload);
});

/** Like a verifier of a token. */
async function issuerOf(accountId: string): Promise<string> {
  const response = await fetch(`${baseUrl}/workloads/${accountId}/.well-known/openid-configuration`);
  return ((await response.json()) as { issuer: string }).issuer;
}

/** A role for one workload, by the subject of its tokens. */
const roleFor = ({ resourceArn }: TestWorkload) =>
  addRole(
    acme,
    trusting({
      Principal: { Federated: providerArn },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${issuer.replace(/^https?:\/\//, '')}:sub`]: resourceArn } },
    }),
  );

async function identityToken({ token }: TestWorkload, query = '') {
  const response = await fetch(`${baseUrl}/v1/workload-identity-token${query}`, { headers: { authorization: token } });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function assumeWith(webIdentityToken: string, role = roleArn) {
  const body = JSON.stringify({ roleArn: role, roleSessionName: 'work', webIdentityToken });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${baseUrl}/v1/assume-role-with-web-identity`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

it('an unmodified SDK assumes a role with the token file that the agent keeps', async () => {
  const agent = await startAgent(baseUrl, workload.token);
  try {
    const webIdentityTokenFile = await agent.identityToken();
    expect(statSync(webIdentityTokenFile).mode & 0o777).toBe(0o600);
    const credentials = fromTokenFile({
      roleArn,
      roleSessionName: 'work',
      webIdentityTokenFile,
      clientConfig: { endpoint: baseUrl, region: 'us-east-1' },
    });
    const sts = new STSClient({ endpoint: baseUrl, region: 'us-east-1', credentials });
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).toContain(`${acme.accountId}:assumed-role/${roleArn.split('/').at(-1)!}/work`);
    expect(sharedServer().output()).not.toContain(readFileSync(webIdentityTokenFile, 'utf8'));
  } finally {
    await agent.stop();
  }
});

it('a token says which workload it is of, for one audience and a short time', async () => {
  const { body } = await identityToken(workload, '?audience=vault');
  const claims = decodeJwt(body['token']!);
  expect(claims).toMatchObject({
    iss: issuer,
    aud: 'vault',
    sub: workload.resourceArn,
    account: acme.accountId,
    service: compute.prefix,
  });
  expect(claims.exp! - claims.iat!).toBeLessThanOrEqual(3600);
  expect(Date.parse(body['expiration']!)).toBe(claims.exp! * 1000);
  // The provider accepts tokens only for its client IDs.
  expect(await assumeWith(body['token']!)).toMatchObject({ status: 400, body: { code: 'InvalidIdentityToken' } });
});

/** Threat: a token is used for more than it proves. */
describe('a token', () => {
  it('of another workload is denied by the trust policy', async () => {
    const other = await newWorkload(compute, acme, { roleArn: await serviceRole(acme, compute) });
    const { body } = await identityToken(other);
    expect(await assumeWith(body['token']!)).toMatchObject({ status: 403, body: { code: 'AccessDenied' } });
  });

  it('of another account is of another issuer, whatever the trust policy leaves out', async () => {
    const other = await newTenant(baseUrl);
    const theirs = await newWorkload(compute, other, { roleArn: await serviceRole(other, compute) });
    const careless = await addRole(
      acme,
      trusting({ Principal: { Federated: providerArn }, Action: 'sts:AssumeRoleWithWebIdentity' }),
    );
    expect((await assumeWith((await identityToken(workload)).body['token']!, careless)).status).toBe(201);
    const { body } = await identityToken(theirs);
    expect(decodeJwt(body['token']!).iss).toBe(await issuerOf(other.accountId));
    expect(await assumeWith(body['token']!, careless)).toMatchObject({
      status: 400,
      body: { code: 'InvalidIdentityToken' },
    });
  });

  it('is no access token, and an access token is no identity token', async () => {
    const { body } = await identityToken(workload, `?audience=${encodeURIComponent(new URL(issuer).origin)}`);
    const asAccess = await fetch(`${baseUrl}/v1/session`, { headers: { authorization: `Bearer ${body['token']!}` } });
    expect(asAccess.status).toBe(401);
    const { email, password } = acme;
    const headers = { 'content-type': 'application/json' };
    const signIn = await fetch(`${baseUrl}/v1/sign-in`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ email, password }),
    });
    const { accessToken } = (await signIn.json()) as { accessToken: string };
    expect(decodeJwt(accessToken).iss).not.toBe(issuer);
    expect(await assumeWith(accessToken)).toMatchObject({ status: 400, body: { code: 'InvalidIdentityToken' } });
  });

  it('is given to nobody without the workload’s authorization token', async () => {
    const gone = await newWorkload(compute, acme, { roleArn: await serviceRole(acme, compute) });
    await compute.call('DELETE', gone.path);
    expect((await identityToken(gone)).status).toBe(401);
    expect((await identityToken(workload, '?audience=')).status).toBe(400);
    expect((await identityToken(workload, '?audience=a&audience=b')).status).toBe(400);
  });
});
