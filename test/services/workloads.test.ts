import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromContainerMetadata, fromHttp } from '@aws-sdk/credential-providers';
import { runDirectory } from '../support/run-directory.js';
import { newService, type TestService } from '../support/services.js';
import { addRole, trusting } from '../support/sessions.js';
import { sharedServer } from '../support/shared-server.js';
import { managementTenant, newTenant, type Tenant } from '../support/tenant.js';
import { newWorkload, profileOf, serviceRole, trustFor } from '../support/workloads.js';

const { baseUrl } = sharedServer();
const uri = `${baseUrl}/v1/workload-credentials`;
let operator: Tenant;
let acme: Tenant;
let other: Tenant;
let compute: TestService;

beforeAll(async () => {
  operator = await managementTenant(baseUrl);
  acme = await newTenant(baseUrl);
  other = await newTenant(baseUrl);
  compute = await newService(operator);
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
});

const ask = async (token?: string, path = '/v1/workload-credentials') => {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: token };
  const response = await fetch(baseUrl + path, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};

describe('the container credentials endpoint', () => {
  it('gives an unmodified SDK the credentials of the workload’s role', async () => {
    const roleArn = await serviceRole(acme, compute, 'iam:ListUsers');
    const { token, resourceArn } = await newWorkload(compute, acme, { roleArn });
    process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = uri;
    process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN = token;
    const configuration = { endpoint: baseUrl, region: 'us-east-1', credentials: fromContainerMetadata() };
    const identity = await new STSClient(configuration).send(new GetCallerIdentityCommand({}));
    const [roleName, session] = [roleArn.split('/').at(-1), resourceArn.split('/').at(-1)];
    expect(identity.Arn).toBe(`arn:aws:sts::${acme.accountId}:assumed-role/${roleName}/${session}`);
    await new IAMClient(configuration).send(new ListUsersCommand({}));
    const { expiration } = await fromContainerMetadata()();
    expect(expiration!.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  });

  it('takes the token from a file too, as SDKs read it from one', async () => {
    const { token } = await newWorkload(compute, acme, { roleArn: await serviceRole(acme, compute) });
    const file = join(runDirectory(), 'authorization-token');
    writeFileSync(file, token);
    const environment = { awsContainerCredentialsFullUri: uri, awsContainerAuthorizationTokenFile: file };
    expect((await fromHttp(environment)()).accessKeyId).toMatch(/^ASIA/);
  });

  it('is the same for a role in an instance profile, and follows the profile', async () => {
    const first = await serviceRole(acme, compute);
    const instanceProfileArn = await profileOf(acme, first);
    const { token } = await newWorkload(compute, acme, { instanceProfileArn });
    const credentials = await fromHttp({
      awsContainerCredentialsFullUri: uri,
      awsContainerAuthorizationToken: token,
    })();
    expect(credentials.accessKeyId).toMatch(/^ASIA/);
    const second = await serviceRole(acme, compute);
    const roles = `/v1/instance-profiles/${instanceProfileArn.split('/').at(-1)!}/roles`;
    await acme.rest.delete(`${roles}/${first.split('/').at(-1)!}`);
    expect((await ask(token)).status).toBe(403);
    await acme.rest.put(`${roles}/${second.split('/').at(-1)!}`);
    expect((await ask(token)).body['RoleArn']).toBe(second);
  });

  it('gives the same credentials again while they are good, and leaves one audit event for them', async () => {
    const roleArn = await serviceRole(acme, compute);
    const { token } = await newWorkload(compute, acme, { roleArn }, { durationSeconds: 900 });
    const [once, again] = [await ask(token), await ask(token)];
    expect(again.body).toEqual(once.body);
    expect(Date.parse(once.body['Expiration']!)).toBeLessThanOrEqual(Date.now() + 900_000);
    const { body } = await acme.rest.get('/v1/audit-events?operation=sts:AssumeRole');
    const events = (body.events as { resourceArn: string; callerId: string }[]).filter(
      (one) => one.resourceArn === roleArn,
    );
    expect(events).toMatchObject([{ callerId: compute.principal, outcome: 'allowed' }]);
    for (const secret of [token, once.body['SecretAccessKey']!, once.body['Token']!]) {
      expect(JSON.stringify(body)).not.toContain(secret);
      expect(sharedServer().output()).not.toContain(secret);
    }
  });

  it('names the session after the resource, and tells the trust policy so', async () => {
    const condition = (name: string) => ({ StringLike: { 'sts:RoleSessionName': name } });
    const Principal = { Service: compute.principal };
    const roleArn = await addRole(acme, trusting({ Principal, Condition: condition('i-*') }));
    const { token } = await newWorkload(compute, acme, { roleArn });
    expect((await ask(token)).status).toBe(200);
    const other = await addRole(acme, trusting({ Principal, Condition: condition('f-*') }));
    await expect(newWorkload(compute, acme, { roleArn: other })).rejects.toThrow('AccessDenied');
  });

  it('shows the workload to its service and to its account', async () => {
    const roleArn = await serviceRole(acme, compute);
    const { token, path, workloadId, resourceArn } = await newWorkload(compute, acme, { roleArn });
    const workload = expect.objectContaining({ workloadId, resourceArn, roleArn, service: compute.prefix });
    expect((await ask(token, '/v1/workload')).body['workload']).toEqual(workload);
    expect((await acme.rest.get(path)).body.workload).toEqual(workload);
    expect((await compute.call('GET', path)).body.workload).toEqual(workload);
    const list = `/v1/accounts/${acme.accountId}/workloads`;
    expect((await acme.rest.get(`${list}?maxItems=1000`)).body.workloads).toContainEqual(workload);
    const first = await compute.call('GET', `${list}?maxItems=1`);
    expect([first.body.workloads.length, first.body.isTruncated]).toEqual([1, true]);
    const next = await compute.call('GET', `${list}?maxItems=1000&marker=${first.body.marker as string}`);
    expect([...first.body.workloads, ...next.body.workloads]).toContainEqual(workload);
  });
});

describe('a token is worth nothing', () => {
  const aWorkload = async () => newWorkload(compute, acme, { roleArn: await serviceRole(acme, compute) });
  const refused = { status: 401, body: expect.objectContaining({ code: 'InvalidClientTokenId' }) };

  it('that is made up, changed, or of another kind', async () => {
    const { token } = await aWorkload();
    const [, rowId, secret] = token.split('.') as [string, string, string];
    const end = secret.startsWith('A') ? 'B' : 'A';
    for (const bad of [
      'x',
      `${other.accountId}.${rowId}.${secret}`,
      `${acme.accountId}.${rowId}.${end}${secret.slice(1)}`,
      `Bearer ${token}`,
      `${token}x`,
    ]) {
      expect([bad, await ask(bad)]).toEqual([bad, refused]);
    }
    expect(await ask()).toMatchObject({ status: 401, body: { code: 'MissingAuthenticationToken' } });
    expect((await fetch(`${baseUrl}/v1/session`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
  });

  /** Threat: one workload's token gets another workload's role. */
  it('for anything but its own workload', async () => {
    const [mine, foreign] = [await aWorkload(), await aWorkload()];
    const [account, , secret] = mine.token.split('.') as [string, string, string];
    expect(await ask(`${account}.${foreign.workloadId}.${secret}`)).toEqual(refused);
  });

  it('after the workload was deregistered, by the service or by the account', async () => {
    const [one, two] = [await aWorkload(), await aWorkload()];
    expect((await compute.call('DELETE', one.path)).status).toBe(204);
    expect((await acme.rest.delete(two.path)).status).toBe(204);
    for (const { token } of [one, two]) expect(await ask(token)).toEqual(refused);
    expect((await compute.call('GET', one.path)).status).toBe(404);
  });

  it('after the service gave the workload a new one', async () => {
    const { token, path } = await aWorkload();
    const before = await ask(token);
    const renewed = await compute.call('POST', `${path}/authorization-token`);
    expect(await ask(token)).toEqual(refused);
    const after = await ask(renewed.body.authorizationToken as string);
    expect(after.status).toBe(200);
    // The holder of the old token gets nothing of the new one's.
    expect(after.body['AccessKeyId']).not.toBe(before.body['AccessKeyId']);
  });

  it('after its role was deleted, its account suspended, or its service deregistered', async () => {
    const roleArn = await serviceRole(acme, compute);
    const orphan = await newWorkload(compute, acme, { roleArn });
    const removed = await acme.rest.delete(`/v1/roles/${roleArn.split('/').at(-1)!}`);
    expect(removed.status).toBe(204);
    expect(await ask(orphan.token)).toEqual(refused);
    const tenant = await newTenant(baseUrl);
    const service = await newService(operator);
    const suspended = await newWorkload(service, tenant, { roleArn: await serviceRole(tenant, service) });
    const suspension = await operator.rest.put(`/v1/accounts/${tenant.accountId}/suspension`);
    expect(suspension.status).toBe(200);
    expect(await ask(suspended.token)).toEqual(refused);
    const gone = await newWorkload(service, acme, { roleArn: await serviceRole(acme, service) });
    expect((await ask(gone.token)).status).toBe(200);
    await operator.rest.delete(`/v1/services/${service.prefix}`);
    expect(await ask(gone.token)).toEqual(refused);
  });

  it('once the role no longer trusts the service, though it has credentials to give', async () => {
    const roleArn = await serviceRole(acme, compute);
    const { token } = await newWorkload(compute, acme, { roleArn });
    expect((await ask(token)).status).toBe(200);
    const path = `/v1/roles/${roleArn.split('/').at(-1)!}/trust-policy`;
    const set = (policy: object) => acme.rest.put(path, { policyDocument: JSON.stringify(policy) });
    expect((await set(trusting({ Principal: { Service: 'other.example.com' } }))).status).toBe(204);
    expect(await ask(token)).toMatchObject({ status: 403, body: { code: 'AccessDenied' } });
    expect(await ask(token)).toMatchObject({ status: 403 });
    const { body } = await acme.rest.get('/v1/audit-events?operation=sts:AssumeRole');
    const denials = (body.events as { resourceArn: string; outcome: string }[]).filter(
      (one) => one.resourceArn === roleArn && one.outcome === 'implicitDeny',
    );
    expect(denials).toHaveLength(1);
    await set(trustFor(acme, compute));
    expect((await ask(token)).status).toBe(200);
  });
});

/** Threat: a service, or a caller that is not a service, registers what it must not. */
describe('a workload is not registered', () => {
  const register = (body: object, service = compute) => service.call('POST', '/v1/workloads', body);
  const instance = ({ accountId }: Tenant) => `arn:aws:${compute.prefix}:eu-1:${accountId}:instance/i-1`;
  const denied = { status: 403, body: expect.objectContaining({ code: 'AccessDenied' }) };

  it('with a role that does not trust the service, or for an account that it does not trust it for', async () => {
    const untrusting = await addRole(acme, trusting({ Principal: { Service: 'other.example.com' } }));
    const everyone = await addRole(acme, trusting({ Principal: '*' }));
    const ofOther = await serviceRole(acme, await newService(operator));
    for (const roleArn of [untrusting, everyone, ofOther, `${untrusting}x`]) {
      expect(await register({ roleArn, resourceArn: instance(acme) })).toMatchObject(denied);
    }
    const elsewhere = await register({ roleArn: await serviceRole(acme, compute), resourceArn: instance(other) });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([400, 'InvalidInput']);
  });

  it('under an ARN that is too long for the subject of a token', async () => {
    const roleArn = await serviceRole(acme, compute);
    const answer = await register({ roleArn, resourceArn: `${instance(acme)}${'x'.repeat(255)}` });
    expect([answer.status, answer.body.code]).toEqual([400, 'ValidationError']);
  });

  it('for longer than the role allows', async () => {
    const roleArn = await serviceRole(acme, compute);
    const short = await acme.rest.patch(`/v1/roles/${roleArn.split('/').at(-1)!}`, { maxSessionDuration: 3600 });
    expect(short.status).toBe(200);
    const answer = await register({ roleArn, resourceArn: instance(acme), durationSeconds: 7200 });
    expect([answer.status, answer.body.code]).toEqual([400, 'InvalidInput']);
  });

  it('by anybody but a service', async () => {
    const roleArn = await serviceRole(acme, compute);
    for (const { rest } of [acme, operator]) {
      expect(await rest.post('/v1/workloads', { roleArn, resourceArn: instance(acme) })).toMatchObject(denied);
    }
  });

  it('and no other service or account sees, ends or takes over one that is', async () => {
    const { path, token } = await newWorkload(compute, acme, { roleArn: await serviceRole(acme, compute) });
    const stranger = await newService(operator);
    for (const [method, at] of [
      ['GET', path],
      ['DELETE', path],
      ['POST', `${path}/authorization-token`],
    ] as const) {
      expect((await stranger.call(method, at)).status).toBe(404);
      expect((await other.rest.call(method, at)).status).toBe(403);
    }
    expect((await stranger.call('GET', path.replace(/\/[^/]+$/, ''))).body.workloads).toEqual([]);
    expect((await acme.rest.post(`${path}/authorization-token`)).status).toBe(403);
    expect((await ask(token)).status).toBe(200);
  });
});
