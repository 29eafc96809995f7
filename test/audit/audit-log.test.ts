import { randomUUID } from 'node:crypto';
import { CreateGroupCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { sendRaw, signedJsonRequest } from '../support/raw-aws-request.js';
import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant, type Tenant } from '../support/tenant.js';

/** The audit log's record of changes, denials and sign-ins, through REST, the export and CloudTrail's API. */

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- events are looked into freely
type Event = Record<string, any>;

const CLOUD_TRAIL = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101';

let baseUrl: string;
let tenant: Tenant;

beforeEach(async () => {
  ({ baseUrl } = sharedServer());
  tenant = await newTenant(baseUrl);
});

async function events(query = '', of = tenant): Promise<Event[]> {
  return (await of.rest.get(`/v1/audit-events?${query}`)).body.events as Event[];
}

async function json(service: string, target: string, input: object, key = tenant.accessKey) {
  const { status, text } = await sendRaw(baseUrl, await signedJsonRequest(baseUrl, key, service, target, input));
  return { status, body: JSON.parse(text) as Event };
}

const lookup = (input: object, key = tenant.accessKey) => json('cloudtrail', `${CLOUD_TRAIL}.LookupEvents`, input, key);

describe('what is recorded', () => {
  it('of a change: who, with what session, on what, from where, and which statement allowed it', async () => {
    const admin = await tenant.addUser('admin', {
      Version: '2012-10-17',
      Statement: [{ Sid: 'Groups', Effect: 'Allow', Action: 'iam:CreateGroup', Resource: '*' }],
    });
    const { iam, accessKey } = admin;
    const { $metadata } = await iam.send(new CreateGroupCommand({ GroupName: 'staff' }));
    const [event] = await events('operation=iam:CreateGroup');
    expect(event).toMatchObject({
      requestId: $metadata.requestId,
      callerArn: admin.arn,
      callerName: 'admin',
      credential: 'accessKey',
      accessKeyId: accessKey.accessKeyId,
      mfaAuthenticated: false,
      resourceArn: `arn:aws:iam::${tenant.accountId}:group/staff`,
      outcome: 'allowed',
      reason: expect.stringContaining('statement Groups of '),
      readOnly: false,
      userAgent: expect.stringContaining('aws-sdk-js'),
    });
    expect(['127.0.0.1', '::1', '::ffff:127.0.0.1']).toContain(event!['sourceIp']);
  });

  it('of a change that was allowed but failed: with its code, and nothing of a read that failed', async () => {
    await tenant.rest.post('/v1/groups', { groupName: 'staff' });
    expect((await tenant.rest.post('/v1/groups', { groupName: 'staff' })).status).toBe(409);
    expect((await tenant.rest.delete('/v1/users/missing')).status).toBe(404);
    expect((await tenant.rest.get('/v1/users/missing')).status).toBe(404);
    const failed = await events('outcome=failed');
    expect(failed).toMatchObject([
      { operation: 'iam:DeleteUser', reason: expect.stringMatching(/^NoSuchEntity: /) },
      { operation: 'iam:CreateGroup', reason: expect.stringMatching(/^EntityAlreadyExists: /) },
    ]);
    const attribute = { AttributeKey: 'EventName', AttributeValue: 'DeleteUser' };
    const { body } = await lookup({ LookupAttributes: [attribute] });
    const record = JSON.parse(body['Events'][0].CloudTrailEvent as string) as Event;
    expect(record).toMatchObject({ errorCode: 'NoSuchEntity', errorMessage: expect.stringContaining('missing') });
    expect((await tenant.rest.get('/v1/audit-events/verification')).body.isIntact).toBe(true);
  });

  it('of a denied call, also of one that only reads', async () => {
    const { iam, arn } = await tenant.addUser('nobody');
    await expect(iam.send(new ListUsersCommand({}))).rejects.toThrow();
    expect(await events('principal=nobody')).toEqual([
      expect.objectContaining({
        operation: 'iam:ListUsers',
        callerArn: arn,
        outcome: 'implicitDeny',
        readOnly: true,
        reason: expect.stringContaining('is not authorized to perform: iam:ListUsers'),
      }),
    ]);
  });

  it('of sign-ins, good and bad, and never a password', async () => {
    const password = `Wrong-${randomUUID()}`;
    await new RestClient(baseUrl).post('/v1/sign-in', { email: tenant.email, password });
    const found = await events('operation=gatehouse:SignIn');
    expect(found.map(({ outcome }) => outcome as string)).toEqual(['failed', 'allowed']);
    await tenant.rest.post('/v1/users', { userName: 'ana' });
    await tenant.rest.post('/v1/users/ana/login-profile', { password: `Ana-${password}` });
    const all = JSON.stringify(await events());
    expect(all).not.toContain(password);
    expect(all).toContain('[redacted]');
  });

  it('nothing of a call that only reads', async () => {
    const before = await events();
    await tenant.rest.get('/v1/users');
    expect(await events()).toEqual(before);
  });

  it('for its own account only', async () => {
    const neighbour = await newTenant(baseUrl);
    await neighbour.rest.post('/v1/users', { userName: 'secret-name' });
    expect(JSON.stringify(await events())).not.toContain('secret-name');
    expect(JSON.stringify((await lookup({})).body)).not.toContain('secret-name');
  });
});

it('is paged newest first without gaps or doubles while it grows', async () => {
  for (let index = 0; index < 7; index++) await tenant.rest.post('/v1/users', { userName: `user-${index}` });
  const seen: number[] = [];
  for (let marker = ''; ;) {
    const { body } = await tenant.rest.get(`/v1/audit-events?maxItems=3${marker && `&marker=${marker}`}`);
    seen.push(...(body.events as Event[]).map(({ sequence }) => sequence as number));
    await tenant.rest.post('/v1/users', { userName: `late-${seen.length}` });
    if (!body.isTruncated) break;
    marker = body.marker as string;
  }
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => seen.length - index));
});

it('is exported as a stream of lines, in the order of the chain, from any place', async () => {
  for (let index = 0; index < 3; index++) await tenant.rest.post('/v1/users', { userName: `user-${index}` });
  const { body } = await tenant.rest.post('/v1/sign-in', { email: tenant.email, password: tenant.password });
  const authorization = `Bearer ${body.accessToken as string}`;
  const response = await fetch(`${baseUrl}/v1/audit-events/export?after=1`, { headers: { authorization } });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text()).trimEnd().split('\n');
  const exported = lines.map((line) => JSON.parse(line) as Event);
  expect(exported).toEqual((await events()).filter(({ sequence }) => sequence > 1).reverse());
  expect(exported.slice(1).map(({ previousHash }) => previousHash as string)).toEqual(
    exported.slice(0, -1).map(({ hash }) => hash as string),
  );
});

it('is not exported to who may not', async () => {
  await tenant.addUser('nobody');
  const password = 'Nobody-pass-1234';
  await tenant.rest.post('/v1/users/nobody/login-profile', { password });
  const stranger = new RestClient(baseUrl);
  const { body } = await stranger.post('/v1/sign-in', { account: tenant.accountId, userName: 'nobody', password });
  const answer = await new RestClient(baseUrl, body.accessToken as string).get('/v1/audit-events/export');
  expect(answer.status).toBe(403);
  expect(answer.body.code).toBe('AccessDenied');
});

describe('the JSON protocol', () => {
  it('answers LookupEvents as CloudTrail does', async () => {
    const { body: created } = await tenant.rest.post('/v1/users', { userName: 'ana' });
    const { status, body } = await lookup({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateUser' }],
      StartTime: Date.now() / 1000 - 3600,
      EndTime: Date.now() / 1000 + 60,
      MaxResults: 10,
    });
    expect(status).toBe(200);
    const [event] = body['Events'] as Event[];
    expect(Math.abs((event!['EventTime'] as number) - Date.now() / 1000)).toBeLessThan(3600);
    const record = JSON.parse(event!['CloudTrailEvent'] as string) as Event;
    expect(record).toEqual({
      eventVersion: '1.11',
      userIdentity: {
        type: 'Root',
        principalId: tenant.accountId,
        arn: `arn:aws:iam::${tenant.accountId}:root`,
        accountId: tenant.accountId,
        sessionContext: { attributes: { mfaAuthenticated: 'false' } },
      },
      eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateUser',
      awsRegion: 'us-east-1',
      sourceIPAddress: expect.any(String),
      userAgent: expect.any(String),
      requestParameters: { userName: 'ana' },
      responseElements: null,
      requestID: expect.any(String),
      eventID: event!['EventId'],
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: tenant.accountId,
      eventCategory: 'Management',
    });
    expect(created.user.userName).toBe('ana');
  });

  it('tells of a denial and of a failed sign-in what CloudTrail tells', async () => {
    const { iam } = await tenant.addUser('nobody');
    await expect(iam.send(new ListUsersCommand({}))).rejects.toThrow();
    await new RestClient(baseUrl).post('/v1/sign-in', { email: tenant.email, password: 'Wrong-password-1' });
    const recordsOf = async (AttributeKey: string, AttributeValue: string) => {
      const { body } = await lookup({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
      return (body['Events'] as Event[]).map((event) => JSON.parse(event['CloudTrailEvent'] as string) as Event);
    };
    expect(await recordsOf('Username', 'nobody')).toEqual([
      expect.objectContaining({
        errorCode: 'AccessDenied',
        errorMessage: expect.stringContaining('iam:ListUsers'),
        userIdentity: expect.objectContaining({ type: 'IAMUser', userName: 'nobody' }),
      }),
    ]);
    const [failed, succeeded] = await recordsOf('EventName', 'ConsoleLogin');
    expect(failed).toMatchObject({
      eventSource: 'signin.amazonaws.com',
      eventType: 'AwsConsoleSignIn',
      errorMessage: 'Failed authentication',
      responseElements: { ConsoleLogin: 'Failure' },
    });
    expect(succeeded).toMatchObject({ responseElements: { ConsoleLogin: 'Success' } });
  });

  it.each([
    ['EventSource', 'signin.amazonaws.com', 'ConsoleLogin'],
    ['ResourceType', 'AWS::IAM::User', 'CreateUser'],
    ['ReadOnly', 'false', 'CreateUser'],
    ['ReadOnly', 'true', undefined],
    ['EventSource', 'ec2.amazonaws.com', undefined],
    ['EventId', 'no-uuid', undefined],
    ['AccessKeyId', 'AKIANOBODY', undefined],
  ])('looks up by %s %s', async (AttributeKey, AttributeValue, expected) => {
    await tenant.rest.post('/v1/users', { userName: 'ana' });
    const { body } = await lookup({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
    const names = (body['Events'] as Event[]).map(({ EventName }) => EventName as string);
    if (expected === undefined) expect(names).toEqual([]);
    else expect(names).toContain(expected);
  });

  it.each<[string, object, string]>([
    ['two attributes', { LookupAttributes: twice('Username') }, 'InvalidLookupAttributesException'],
    ['too many results', { MaxResults: 51 }, 'InvalidMaxResultsException'],
    ['a token of nobody', { NextToken: 'x' }, 'InvalidNextTokenException'],
    ['a time that is none', { StartTime: 1e300 }, 'SerializationException'],
    ['a list for an object', [1], 'SerializationException'],
  ])('refuses %s', async (_, input, code) => {
    const { status, body } = await lookup(input);
    expect({ status, type: body['__type'] as string }).toEqual({ status: 400, type: code });
    expect(body['message']).toEqual(expect.any(String));
  });

  it('refuses an unknown operation, a strange scope, and who may not, as AWS does', async () => {
    const unknown = await json('cloudtrail', `${CLOUD_TRAIL}.CreateUser`, {});
    expect(unknown.body['__type']).toBe('UnknownOperationException');
    const scope = await json('ec2', `${CLOUD_TRAIL}.LookupEvents`, {});
    expect(scope.body['__type']).toBe('InvalidSignatureException');
    const { accessKey } = await tenant.addUser('reader', allow('iam:*'));
    const denied = await lookup({}, accessKey);
    expect(denied).toMatchObject({ status: 400, body: { __type: 'AccessDeniedException' } });
    expect(denied.body['message']).toContain('cloudtrail:LookupEvents');
  });
});

function twice(AttributeKey: string): object[] {
  return ['a', 'b'].map((AttributeValue) => ({ AttributeKey, AttributeValue }));
}
