import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromTemporaryCredentials, fromTokenFile } from '@aws-sdk/credential-providers';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OidcIssuer } from '../support/oidc-issuer.js';
import { RestClient } from '../support/rest-client.js';
import { runDirectory } from '../support/run-directory.js';
import { addRole, trusting } from '../support/sessions.js';
import { localProviders } from '../support/server.js';
import { type ShiftedServer, startShiftedServer } from '../support/shifted-server.js';
import { type AccessKey, allow, newTenant, type Tenant } from '../support/tenant.js';
import { trust } from '../support/trust.js';

/** The effect of time on temporary credentials, on a server whose clock the test sets. */

let server: ShiftedServer;
let tenant: Tenant;

beforeAll(async () => {
  server = await startShiftedServer(localProviders);
  tenant = await newTenant(server.baseUrl);
});
afterAll(() => server?.stop());

const stsOf = (credentials: AccessKey) =>
  new STSClient({ endpoint: server.baseUrl, region: 'us-east-1', credentials, maxAttempts: 1 });

async function signIn(): Promise<RestClient> {
  const { email, password } = tenant;
  const { body } = await new RestClient(server.baseUrl).post('/v1/sign-in', { email, password });
  return new RestClient(server.baseUrl, body.accessToken as string);
}

it('temporary credentials are good until their expiration, to the millisecond, and not at it', async () => {
  const now = Math.floor(Date.now() / 1000) * 1000 + 250;
  server.stopClock(now);
  const { body } = await (await signIn()).post('/v1/session-tokens', { durationSeconds: 900 });
  const { expiration, ...credentials } = body.credentials as AccessKey & { expiration: string };
  const end = Date.parse(expiration);
  // Seconds are counted from the beginning of the second of the request.
  expect(end).toBe(now - 250 + 900_000);
  server.stopClock(end - 1);
  expect((await stsOf(credentials).send(new GetCallerIdentityCommand())).Account).toBe(tenant.accountId);
  for (const late of [end, end + 1, end + 86_400_000]) {
    server.stopClock(late);
    await expect(stsOf(credentials).send(new GetCallerIdentityCommand())).rejects.toMatchObject({
      name: 'ExpiredToken',
    });
  }
  server.setClock(0);
});

it('the SDK’s fromTemporaryCredentials assumes the role again before the session ends', async () => {
  const { accessKey } = await tenant.addUser('assumer', allow('sts:AssumeRole'));
  const { body } = await (
    await signIn()
  ).post('/v1/roles', {
    roleName: 'worker',
    assumeRolePolicyDocument: trust({ AWS: tenant.accountId }),
  });
  const clientConfig = { endpoint: server.baseUrl, region: 'us-east-1' };
  const credentials = fromTemporaryCredentials({
    masterCredentials: accessKey,
    clientConfig,
    params: { RoleArn: body.role.arn as string, RoleSessionName: 'sdk', DurationSeconds: 900 },
  });
  const sts = new STSClient({ ...clientConfig, credentials, maxAttempts: 1 });
  const use = async () => {
    expect((await sts.send(new GetCallerIdentityCommand())).Arn).toMatch(/assumed-role\/worker\/sdk$/);
    return (await sts.config.credentials()).accessKeyId;
  };
  const first = await use();
  server.setClock(300);
  expect(await use()).toBe(first);
  server.setClock(850);
  const second = await use();
  expect(second).not.toBe(first);
  server.setClock(1000);
  expect(await use()).toBe(second);
  server.setClock(0);
});

it('the SDK’s fromTokenFile shows the token that is in the file whenever it is asked for credentials', async () => {
  const issuer = await OidcIssuer.start();
  const rest = await signIn();
  const { body } = await rest.post('/v1/oidc-providers', { url: issuer.url, clientIdList: ['gatehouse'] });
  const Principal = { Federated: body.openIdConnectProviderArn as string };
  const roleArn = await addRole({ ...tenant, rest }, trusting({ Action: 'sts:AssumeRoleWithWebIdentity', Principal }));
  const webIdentityTokenFile = join(runDirectory(), 'identity-token');
  const clientConfig = { endpoint: server.baseUrl, region: 'us-east-1' };
  const provide = fromTokenFile({ webIdentityTokenFile, roleArn, roleSessionName: 'file', clientConfig });
  const subjects = ['repo:acme/first', 'repo:acme/second'];
  const keys = new Set<string>();
  for (const sub of subjects) {
    writeFileSync(webIdentityTokenFile, await issuer.token({ sub }));
    const credentials = await provide();
    keys.add(credentials.accessKeyId);
    expect((await stsOf(credentials).send(new GetCallerIdentityCommand())).Arn).toMatch(/\/file$/);
  }
  expect(keys.size).toBe(2);
  const { events } = (await rest.get('/v1/audit-events?operation=sts:AssumeRoleWithWebIdentity')).body;
  for (const sub of subjects) expect(JSON.stringify(events)).toContain(sub);
  await issuer.stop();
});

it('an identity provider may change its keys: new ones are asked for, at most every half minute', async () => {
  const issuer = await OidcIssuer.start();
  const sts = new STSClient({ endpoint: server.baseUrl, region: 'us-east-1', maxAttempts: 1 });
  const rest = await signIn();
  const { body } = await rest.post('/v1/oidc-providers', { url: issuer.url, clientIdList: ['gatehouse'] });
  const Principal = { Federated: body.openIdConnectProviderArn as string };
  const RoleArn = await addRole({ ...tenant, rest }, trusting({ Action: 'sts:AssumeRoleWithWebIdentity', Principal }));
  const assume = (WebIdentityToken: string) =>
    sts.send(new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'build', WebIdentityToken }));
  const valid = async (at: number) => issuer.token({}, Math.floor(Date.now() / 1000) + at + 300);
  await assume(await valid(0));
  const withOldKey = await valid(600);
  await issuer.rotate('second');

  // Threat: forged key IDs cause load on the provider.
  const asked = issuer.keyRequests;
  for (let count = 0; count < 3; count += 1) {
    await expect(assume(await valid(0))).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
  }
  expect(issuer.keyRequests).toBe(asked);

  server.setClock(31);
  await assume(await valid(0));
  expect(issuer.keyRequests).toBe(asked + 1);
  await expect(assume(withOldKey)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
  await issuer.stop();
  server.setClock(0);
});

/** Threat: someone with a token of a provider causes unlimited requests to it. */
it('an identity provider that does not give its keys is left alone for five seconds', async () => {
  const issuer = await OidcIssuer.start();
  issuer.jwksUri = 'https://127.0.0.2/keys';
  const sts = new STSClient({ endpoint: server.baseUrl, region: 'us-east-1', maxAttempts: 1 });
  const rest = await signIn();
  const { body } = await rest.post('/v1/oidc-providers', { url: issuer.url, clientIdList: ['gatehouse'] });
  const Principal = { Federated: body.openIdConnectProviderArn as string };
  const RoleArn = await addRole({ ...tenant, rest }, trusting({ Action: 'sts:AssumeRoleWithWebIdentity', Principal }));
  const WebIdentityToken = await issuer.token();
  const refused = async () => {
    const answer = sts.send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'build', WebIdentityToken }),
    );
    await expect(answer).rejects.toMatchObject({ name: 'IDPCommunicationErrorException' });
  };
  const now = Date.now();
  server.stopClock(now);
  for (let count = 0; count < 3; count += 1) await refused();
  expect(issuer.discoveries).toBe(1);
  server.stopClock(now + 6_000);
  await refused();
  expect(issuer.discoveries).toBe(2);
  await issuer.stop();
  server.setClock(0);
});
