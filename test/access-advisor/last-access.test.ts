import { setTimeout as pause } from 'node:timers/promises';
import {
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  GetUserCommand,
  ListGroupsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import { sharedServer } from '../support/shared-server.js';
import { allow, managementTenant, newTenant, type Tenant, type TestUser } from '../support/tenant.js';

let tenant: Tenant;
let ana: TestUser;
let bob: TestUser;

const readers = {
  Version: '2012-10-17',
  Statement: [
    { Sid: 'Read', Effect: 'Allow', Action: ['iam:Get*', 'iam:ListUsers'], Resource: '*' },
    { Sid: 'Orders', Effect: 'Allow', Action: 'orders:*', Resource: 'arn:aws:orders:*:*:order/*' },
    { Sid: 'Never', Effect: 'Allow', Action: 'sts:*', Resource: '*' },
    { Sid: 'NoKeys', Effect: 'Deny', Action: 'iam:CreateAccessKey', Resource: '*' },
  ],
};

/** Last-access records are written a moment after the request. */
async function eventually<T>(look: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  let found = await look();
  while (!isThere(found)) {
    await pause(100);
    found = await look();
  }
  return found;
}

async function report(arn: string) {
  const { JobId } = await tenant.iam.send(
    new GenerateServiceLastAccessedDetailsCommand({ Arn: arn, Granularity: 'ACTION_LEVEL' }),
  );
  const { ServicesLastAccessed = [] } = await tenant.iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }));
  return { JobId, iam: ServicesLastAccessed.find(({ ServiceNamespace }) => ServiceNamespace === 'iam')! };
}

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  tenant = await newTenant(baseUrl);
  ana = await tenant.addUser('ana', readers);
  bob = await tenant.addUser('bob');
  await tenant.rest.post('/v1/groups', { groupName: 'staff' });
  await tenant.rest.put('/v1/groups/staff/users/ana');
  await tenant.rest.put('/v1/groups/staff/users/bob');
  await tenant.rest.put('/v1/groups/staff/policies/list', { policyDocument: JSON.stringify(allow('iam:ListUsers')) });
  await ana.iam.send(new ListUsersCommand());
  await ana.iam.send(new GetUserCommand());
  await ana.iam.send(new ListGroupsCommand()).catch(() => undefined);
  // Whatever the caller claims, the question is about the subject.
  const operator = await managementTenant(baseUrl);
  await operator.rest.post('/access/v1/evaluation', {
    subject: { type: 'principal', id: ana.arn },
    action: { name: 'orders:GetOrder' },
    resource: { type: 'order', id: `arn:aws:orders:eu-1:${tenant.accountId}:order/1` },
  });
});

it('tells when a user last used each service and action it may use', async () => {
  const { iam } = await eventually(
    () => report(ana.arn),
    (found) => found.iam.LastAuthenticated !== undefined,
  );
  expect(iam).toMatchObject({
    ServiceName: 'AWS Identity and Access Management',
    LastAuthenticatedEntity: ana.arn,
    LastAuthenticatedRegion: 'us-east-1',
    TotalAuthenticatedEntities: 1,
  });
  const tracked = new Map(iam.TrackedActionsLastAccessed?.map((one) => [one.ActionName, one.LastAccessedEntity]));
  expect(tracked.get('ListUsers')).toBe(ana.arn);
  expect(tracked.has('GetRole')).toBe(true);
  expect(tracked.get('GetRole')).toBeUndefined();
  // Not granted, so it is not reported, although it was attempted.
  expect(tracked.has('ListGroups')).toBe(false);
});

it('tells of a group by its members, most recent first', async () => {
  await bob.iam.send(new ListUsersCommand());
  const arn = `arn:aws:iam::${tenant.accountId}:group/staff`;
  const { JobId, iam } = await eventually(
    () => report(arn),
    (found) => found.iam.TotalAuthenticatedEntities === 2,
  );
  expect(iam.LastAuthenticatedEntity).toBe(bob.arn);
  const entities = async (Marker?: string) =>
    tenant.iam.send(
      new GetServiceLastAccessedDetailsWithEntitiesCommand({ JobId, ServiceNamespace: 'iam', MaxItems: 1, Marker }),
    );
  const first = await entities();
  const second = await entities(first.Marker);
  const names = [first, second].map(({ EntityDetailsList }) => EntityDetailsList?.[0]?.EntityInfo?.Name);
  expect(names).toEqual(['bob', 'ana']);
  expect(second.IsTruncated).toBe(false);
});

it('keeps a report to whoever asked for it', async () => {
  const { JobId } = await report(ana.arn);
  const other = await tenant.addUser('auditor', allow('iam:*'));
  await expect(other.iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
});

it('suggests a policy of what was really used, and says what it changes', async () => {
  const { body } = await eventually(
    () => tenant.rest.get(`/v1/least-privilege?arn=${encodeURIComponent(ana.arn)}&days=30`),
    (found) => (found.body.usedActions as string[]).length === 3,
  );
  expect(body.usedActions).toEqual(['iam:GetUser', 'iam:ListUsers', 'orders:GetOrder']);
  expect(body.suggestedPolicy).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['iam:GetUser', 'iam:ListUsers'], Resource: ['*'] },
      { Effect: 'Allow', Action: ['orders:GetOrder'], Resource: ['arn:aws:orders:*:*:order/*'] },
      { Effect: 'Deny', Action: ['iam:CreateAccessKey'], Resource: ['*'] },
      { Effect: 'Allow', Action: ['iam:ListUsers'], Resource: ['*'] },
    ],
  });
  const changes = (body.changes as { sid?: string; unusedActions: string[] }[]).filter(({ sid }) => sid !== undefined);
  expect(changes).toMatchObject([
    { sid: 'Read', change: 'narrow', usedActions: ['iam:GetUser', 'iam:ListUsers'], entityName: 'ana' },
    { sid: 'Orders', change: 'narrow', usedActions: ['orders:GetOrder'], unusedActions: [] },
    { sid: 'Never', change: 'remove', usedActions: [] },
  ]);
  expect(changes[0]!.unusedActions).toContain('iam:GetRole');
  expect(changes[2]!.unusedActions).toContain('sts:GetCallerIdentity');
});
