import {
  CreateUserCommand,
  DeleteUserCommand,
  GetPolicyCommand,
  TagPolicyCommand,
  TagUserCommand,
  UntagUserCommand,
} from '@aws-sdk/client-iam';
import { sharedServer } from '../support/shared-server.js';
import { newTenant, type Tenant } from '../support/tenant.js';

/** IAM User Guide, "Controlling access to and for IAM users and roles using tags" and "Tagging IAM resources". */

let tenant: Tenant;
const denied = { name: 'AccessDenied' };
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
  for (const [userName, status] of [
    ['temporary', 'terminated'],
    ['permanent', 'employed'],
  ]) {
    await tenant.rest.post('/v1/users', { userName, tags: [{ key: 'status', value: status }] });
  }
});

it('lets a user delete users with a tag, and no others', async () => {
  const { iam } = await tenant.addUser(
    'cleaner',
    policy({
      Effect: 'Allow',
      Action: 'iam:DeleteUser',
      Resource: '*',
      Condition: { StringEquals: { 'iam:ResourceTag/status': 'terminated' } },
    }),
  );
  await expect(iam.send(new DeleteUserCommand({ UserName: 'permanent' }))).rejects.toMatchObject(denied);
  await iam.send(new DeleteUserCommand({ UserName: 'temporary' }));
});

it('lets a user tag only with keys and values from a list', async () => {
  const { iam } = await tenant.addUser(
    'tagger',
    policy({
      Effect: 'Allow',
      Action: 'iam:TagUser',
      Resource: '*',
      Condition: {
        StringEquals: { 'aws:RequestTag/CostCenter': ['A-123', 'B-456'] },
        'ForAllValues:StringEquals': { 'aws:TagKeys': 'CostCenter' },
      },
    }),
  );
  const tag = (...Tags: { Key: string; Value: string }[]) =>
    iam.send(new TagUserCommand({ UserName: 'permanent', Tags }));
  await tag({ Key: 'CostCenter', Value: 'A-123' });
  await expect(tag({ Key: 'CostCenter', Value: 'C-789' })).rejects.toMatchObject(denied);
  await expect(tag({ Key: 'CostCenter', Value: 'A-123' }, { Key: 'Other', Value: '' })).rejects.toMatchObject(denied);
  const untag = new UntagUserCommand({ UserName: 'permanent', TagKeys: ['CostCenter'] });
  await expect(iam.send(untag)).rejects.toMatchObject(denied);
});

it('demands a tag on what is created', async () => {
  const { iam } = await tenant.addUser(
    'creator',
    policy({
      Effect: 'Allow',
      Action: ['iam:CreateUser', 'iam:TagUser'],
      Resource: '*',
      Condition: { StringLike: { 'aws:RequestTag/Owner': '*' } },
    }),
  );
  await expect(iam.send(new CreateUserCommand({ UserName: 'untagged' }))).rejects.toMatchObject(denied);
  const Tags = [{ Key: 'Owner', Value: 'ana' }];
  await iam.send(new CreateUserCommand({ UserName: 'tagged', Tags }));
});

it('matches the tags of the principal with those of a managed policy', async () => {
  const { iam } = await tenant.addUser(
    'teammate',
    policy({
      Effect: 'Allow',
      Action: ['iam:GetPolicy', 'iam:TagPolicy'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/Team': '${aws:PrincipalTag/Team}' } },
    }),
  );
  await tenant.rest.post('/v1/users/teammate/tags', { tags: [{ key: 'Team', value: 'blue' }] });
  const arns: Record<string, string> = {};
  for (const value of ['blue', 'red']) {
    const policyDocument = JSON.stringify(policy({ Effect: 'Allow', Action: 'orders:*', Resource: '*' }));
    const tags = [{ key: 'Team', value }];
    const { body } = await tenant.rest.post('/v1/policies', { policyName: value, policyDocument, tags });
    arns[value] = body.policy.arn as string;
  }
  expect((await iam.send(new GetPolicyCommand({ PolicyArn: arns['blue'] }))).Policy?.PolicyName).toBe('blue');
  await expect(iam.send(new GetPolicyCommand({ PolicyArn: arns['red'] }))).rejects.toMatchObject(denied);
  const claim = { PolicyArn: arns['red'], Tags: [{ Key: 'Team', Value: 'blue' }] };
  await expect(iam.send(new TagPolicyCommand(claim))).rejects.toMatchObject(denied);
});
