import { execFileSync, spawnSync } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { CreateUserCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { sendRaw, signAwsRequest } from '../support/raw-aws-request.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, awsClients, newTenant, type Tenant, type TestUser } from '../support/tenant.js';

let tenant: Tenant;
let ana: TestUser;
let baseUrl: string;

beforeAll(async () => {
  ({ baseUrl } = sharedServer());
  tenant = await newTenant(baseUrl);
  ana = await tenant.addUser('ana', allow('iam:*', 'sts:*'));
});

const STS = { Version: '2011-06-15' };

async function signed(
  parameters: Record<string, string>,
  service: 'iam' | 'sts',
  headers: Record<string, string> = {},
) {
  const request = await signAwsRequest(baseUrl, ana.accessKey, parameters, { service });
  return sendRaw(baseUrl, { ...request, headers: { ...request.headers, ...headers } });
}

describe('JSON for who accepts it', () => {
  const json = { accept: 'application/json' };

  it('is how AWS writes the answers of STS', async () => {
    const { status, text } = await signed({ Action: 'GetCallerIdentity', ...STS }, 'sts', json);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: { Account: tenant.accountId, Arn: ana.arn, UserId: expect.stringMatching(/^AIDA/) },
        ResponseMetadata: { RequestId: expect.any(String) },
      },
    });
  });

  it('has times as seconds, lists as lists, and no empty result', async () => {
    const credentials = await signed({ Action: 'GetSessionToken', ...STS }, 'sts', json);
    const { Credentials } = JSON.parse(credentials.text).GetSessionTokenResponse.GetSessionTokenResult;
    expect(Object.keys(Credentials).sort()).toEqual(['AccessKeyId', 'Expiration', 'SecretAccessKey', 'SessionToken']);
    expect(Number.isInteger(Credentials.Expiration)).toBe(true);
    const { text } = await signed({ Action: 'ListUsers' }, 'iam', json);
    expect(JSON.parse(text).ListUsersResponse.ListUsersResult).toEqual({
      IsTruncated: false,
      Users: [expect.objectContaining({ UserName: 'ana', CreateDate: expect.any(Number) })],
    });
    const summary = await signed({ Action: 'GetAccountSummary' }, 'iam', json);
    expect(JSON.parse(summary.text).GetAccountSummaryResponse.GetAccountSummaryResult.SummaryMap.Users).toBe(1);
    const tagged = await signed(
      { Action: 'TagUser', UserName: 'ana', 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v' },
      'iam',
      json,
    );
    expect(JSON.parse(tagged.text)).toEqual({
      TagUserResponse: { ResponseMetadata: { RequestId: expect.any(String) } },
    });
  });

  it('is how errors are written, too', async () => {
    const { status, text } = await signed({ Action: 'GetUser', UserName: 'nobody' }, 'iam', json);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toEqual({
      Error: { Code: 'NoSuchEntity', Message: 'The user with name nobody cannot be found.', Type: 'Sender' },
      RequestId: expect.any(String),
    });
  });

  it.each(['*/*', 'application/*', 'text/xml', 'application/jsonx'])('is not for Accept: %s', async (accept) => {
    const { text } = await signed({ Action: 'GetCallerIdentity', ...STS }, 'sts', { accept });
    expect(text).toMatch(/^<GetCallerIdentityResponse/);
  });
});

describe('parameters that an operation does not know', () => {
  it('are ignored, as those of a newer client', async () => {
    const { status } = await signed(
      { Action: 'GetUser', UserName: 'ana', Timestamp: '2026-11-28T12:00:00Z', 'Future.member.1.Option': 'x' },
      'iam',
    );
    expect(status).toBe(200);
  });

  it('are refused where they differ from a known one by case, so that no limit is lost', async () => {
    const roleArn = `arn:aws:iam::${tenant.accountId}:role/r`;
    const asked = { Action: 'AssumeRole', ...STS, RoleArn: roleArn, RoleSessionName: 'one', POLICY: '{}' };
    const { status, text } = await signed(asked, 'sts');
    expect(status).toBe(400);
    expect(text).toContain('Unknown parameter');
  });

  it('are refused by REST', async () => {
    const { status, body } = await tenant.rest.post('/v1/users', { userName: 'bea', surprise: 1 });
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'ValidationError' });
  });
});

describe('browsers', () => {
  const options = (headers: Record<string, string>) =>
    new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
      httpRequest(`${baseUrl}/`, { method: 'OPTIONS', headers }, (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode!, headers: answer.headers });
      })
        .on('error', reject)
        .end();
    });

  it('may call STS from any origin, without the credentials of the browser', async () => {
    const { status, headers } = await options({
      origin: 'https://app.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-amz-date,x-amz-security-token',
    });
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-headers']).toContain('authorization');
    // CloudTrail and the Tagging API, which this header calls, do not allow CORS.
    expect(headers['access-control-allow-headers']).not.toContain('x-amz-target');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    const answer = await fetch(`${baseUrl}/?Action=GetCallerIdentity&Version=2011-06-15`);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('may not read what IAM answers', async () => {
    const answer = await fetch(`${baseUrl}/?Action=ListUsers&Version=2010-05-08`);
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('get no such answer from REST', async () => {
    const answer = await fetch(`${baseUrl}/v1/users`, { method: 'OPTIONS', headers: { origin: 'https://a.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

/** EKS's authenticator extracts the URL from a token and calls it, with the signed header. */
async function callerOfToken(token: string, cluster: string): Promise<{ status: number; body: unknown }> {
  const url = Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString();
  const answer = await fetch(url, { headers: { accept: 'application/json', 'x-k8s-aws-id': cluster } });
  return { status: answer.status, body: await answer.json() };
}

describe('tokens for Kubernetes clusters: GetCallerIdentity, presigned', () => {
  async function tokenOf(age: number, expiresIn: number | undefined): Promise<string> {
    const signer = new SignatureV4({ credentials: ana.accessKey, region: 'us-east-1', service: 'sts', sha256: Sha256 });
    const { hostname, port, host } = new URL(baseUrl);
    const url = {
      method: 'GET',
      protocol: 'http:',
      hostname,
      port: Number(port),
      path: '/',
      query: { Action: 'GetCallerIdentity', ...STS },
      headers: { host, 'x-k8s-aws-id': 'demo' },
    };
    const signingDate = new Date(Date.now() - age * 1000);
    const { query } = await signer.presign(url, { signingDate, ...(expiresIn === undefined ? {} : { expiresIn }) });
    const text = new URLSearchParams(query as Record<string, string>).toString().replaceAll('+', '%20');
    return `k8s-aws-v1.${Buffer.from(`${baseUrl}/?${text}`).toString('base64url')}`;
  }

  it('are good for fifteen minutes, though they were signed for one', async () => {
    const { status, body } = await callerOfToken(await tokenOf(14 * 60, 60), 'demo');
    expect(status).toBe(200);
    expect(body).toMatchObject({ GetCallerIdentityResponse: { GetCallerIdentityResult: { Arn: ana.arn } } });
    expect(await callerOfToken(await tokenOf(16 * 60, 60), 'demo')).toMatchObject({ status: 403 });
  });

  it('are good for no longer, though they were signed for a week', async () => {
    expect(await callerOfToken(await tokenOf(16 * 60, 604_800), 'demo')).toMatchObject({
      status: 403,
      body: { Error: { Code: 'SignatureDoesNotMatch', Message: expect.stringMatching(/^Signature expired/) } },
    });
  });

  it('are for one cluster', async () => {
    expect(await callerOfToken(await tokenOf(0, 60), 'another')).toMatchObject({ status: 403 });
  });

  const hasCli = spawnSync('aws', ['--version']).status === 0;
  (hasCli ? it : it.skip)('are made by aws eks get-token', async () => {
    const printed = execFileSync('aws', ['eks', 'get-token', '--cluster-name', 'demo', '--output', 'json'], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_ENDPOINT_URL: baseUrl,
        AWS_ACCESS_KEY_ID: ana.accessKey.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ana.accessKey.secretAccessKey,
        AWS_DEFAULT_REGION: 'us-east-1',
      },
      encoding: 'utf8',
    });
    const { token } = (JSON.parse(printed) as { status: { token: string } }).status;
    const { status, body } = await callerOfToken(token, 'demo');
    expect(status).toBe(200);
    expect(body).toMatchObject({ GetCallerIdentityResponse: { GetCallerIdentityResult: { Arn: ana.arn } } });
  });
});

it('credentials of GetSessionToken assume roles for an hour at most', async () => {
  const trust = { Statement: [{ Effect: 'Allow', Principal: { AWS: ana.arn }, Action: 'sts:AssumeRole' }] };
  const created = await tenant.rest.post('/v1/roles', {
    roleName: 'deployer',
    maxSessionDuration: 43_200,
    assumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', ...trust }),
  });
  const { sts } = awsClients(baseUrl, await sessionOfAna());
  const asked = { RoleArn: created.body.role.arn as string, RoleSessionName: 'chained' };
  await expect(sts.send(new AssumeRoleCommand({ ...asked, DurationSeconds: 3601 }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
  });
  await sts.send(new AssumeRoleCommand({ ...asked, DurationSeconds: 3600 }));
  await ana.sts.send(new AssumeRoleCommand({ ...asked, DurationSeconds: 7200 }));
});

async function sessionOfAna() {
  const { text } = await signed({ Action: 'GetSessionToken', ...STS }, 'sts', { accept: 'application/json' });
  const { Credentials } = JSON.parse(text).GetSessionTokenResponse.GetSessionTokenResult as {
    Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
  };
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  };
}

it('names of users that are looked for may be longer than those of new ones', async () => {
  const long = 'u'.repeat(100);
  await expect(ana.iam.send(new GetUserCommand({ UserName: long }))).rejects.toMatchObject({
    message: `The user with name ${long} cannot be found.`,
  });
  await expect(ana.iam.send(new CreateUserCommand({ UserName: long }))).rejects.toMatchObject({
    name: 'ValidationError',
  });
});
