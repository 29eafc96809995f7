import { connect } from 'node:net';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';
import { sendRaw, signAwsRequest } from '../support/raw-aws-request.js';

let tenant: Tenant;

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
});

async function post(path: string, body: string, contentType = 'application/json') {
  const answer = await fetch(sharedServer().baseUrl + path, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
  });
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
}

/** Threat: input that costs more to parse than to send. */
describe('bad bodies get a clear error', () => {
  it.each([
    ['that is larger than a mebibyte', JSON.stringify({ email: 'x'.repeat(1_100_000) }), 413, 'PayloadTooLarge'],
    ['nested ten thousand deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`, 400, 'MalformedRequest'],
    ['nested ten thousand deep in objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 400, 'MalformedRequest'],
    ['that is no JSON', '{"email":', 400, 'MalformedRequest'],
    ['that is a list', '[]', 400, 'MalformedRequest'],
    ['that is a number', '7', 400, 'MalformedRequest'],
  ])('JSON %s', async (_, body, status, code) => {
    const answer = await post('/v1/sign-in', body);
    expect(answer).toMatchObject({ status, type: expect.stringContaining('application/problem+json') });
    expect(JSON.parse(answer.text)).toMatchObject({ status, code });
  });

  it('of a type that the server does not read', async () => {
    const answer = await post('/v1/sign-in', '<a/>', 'application/xml');
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([415, 'UnsupportedMediaType']);
  });

  it('at the AWS door, in XML', async () => {
    expect(await post('/', '{}')).toMatchObject({ status: 415, type: expect.stringContaining('text/xml') });
    const many = Array.from({ length: 3000 }, (_, index) => `Tags.member.${index + 1}.Key=k`).join('&');
    const answer = await post('/', `Action=CreateUser&Version=2010-05-08&${many}`, 'application/x-www-form-urlencoded');
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('<Code>MalformedRequest</Code>');
    const huge = await post(
      '/',
      `Action=CreateUser&UserName=${'x'.repeat(1_100_000)}`,
      'application/x-www-form-urlencoded',
    );
    expect(huge.status).toBe(413);
    expect(huge.text).toContain('<Code>PayloadTooLarge</Code>');
  });

  it('that ends half-way holds nothing up', async () => {
    const { hostname, port } = new URL(sharedServer().baseUrl);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"em',
    );
    expect((await fetch(`${sharedServer().baseUrl}/healthz`)).status).toBe(200);
    socket.destroy();
  });
});

describe('the AWS door', () => {
  const call = async (parameters: Record<string, string>) => {
    const request = await signAwsRequest(tenant.baseUrl, tenant.accessKey, parameters);
    return (await sendRaw(tenant.baseUrl, request)).text;
  };

  it('says clearly that an operation is not there', async () => {
    expect(await call({ Action: 'MakeCoffee' })).toContain(
      '<Code>InvalidAction</Code><Message>Could not find operation MakeCoffee for version 2010-05-08.</Message>',
    );
  });

  it('tells IAM and STS apart by the version', async () => {
    expect(await call({ Action: 'GetCallerIdentity' })).toContain('<Code>InvalidAction</Code>');
    expect(await call({ Action: 'GetCallerIdentity', Version: '2011-06-15' })).toContain(tenant.accountId);
    expect(await call({ Action: 'ListUsers', Version: '1999-01-01' })).toContain('<Code>InvalidAction</Code>');
  });

  it('does not reach what is only for REST', async () => {
    expect(await call({ Action: 'CreateAccount' })).toContain('<Code>InvalidAction</Code>');
  });

  it('ignores what the operation does not know', async () => {
    expect(await call({ Action: 'ListUsers', Surprise: 'yes' })).toContain('<ListUsersResponse');
  });
});
