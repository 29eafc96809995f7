import {
  SimulateCustomPolicyCommand,
  type SimulateCustomPolicyCommandInput,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { newService } from '../support/services.js';
import { sharedServer } from '../support/shared-server.js';
import { allow, managementTenant, newTenant, type Tenant } from '../support/tenant.js';

let tenant: Tenant;
const iamOnly = JSON.stringify(allow('iam:*'));
const mateo = 'arn:aws:iam::111122223333:user/mateo';
const bucketPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: mateo },
    Action: ['s3:List*', 's3:Put*'],
    Resource: 'arn:aws:s3:::production/*',
  },
});

const simulate = (input: SimulateCustomPolicyCommandInput) => tenant.iam.send(new SimulateCustomPolicyCommand(input));

beforeAll(async () => {
  tenant = await newTenant(sharedServer().baseUrl);
});

describe('the examples of the IAM API reference', () => {
  const request = {
    ActionNames: ['s3:PutObject'],
    CallerArn: mateo,
    ResourceArns: ['arn:aws:s3:::production/Test'],
    PermissionsBoundaryPolicyInputList: [iamOnly],
    PolicyInputList: [iamOnly],
    ResourcePolicy: bucketPolicy,
  };
  const byResourcePolicy = {
    SourcePolicyId: 'ResourcePolicy',
    SourcePolicyType: 'Resource Policy',
    StartPosition: { Line: 1, Column: 37 },
    EndPosition: { Line: 1, Column: bucketPolicy.length },
  };

  it('within one account, a resource-based policy that names the user allows in spite of the boundary', async () => {
    const { EvaluationResults } = await simulate({ ...request, ResourceOwner: 'arn:aws:iam::111122223333:root' });
    expect(EvaluationResults).toEqual([
      {
        EvalActionName: 's3:PutObject',
        EvalResourceName: 'arn:aws:s3:::production/Test',
        EvalDecision: 'allowed',
        MatchedStatements: [byResourcePolicy],
        MissingContextValues: [],
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
        EvalDecisionDetails: {},
        ResourceSpecificResults: [
          {
            EvalResourceName: 'arn:aws:s3:::production/Test',
            EvalResourceDecision: 'allowed',
            MatchedStatements: [byResourcePolicy],
            MissingContextValues: [],
            PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
          },
        ],
      },
    ]);
  });

  it('across accounts, each kind of policy says its own', async () => {
    const { EvaluationResults } = await simulate({ ...request, ResourceOwner: 'arn:aws:iam::123456789012:root' });
    const details = {
      'IAM Policy': 'implicitDeny',
      'Resource Policy': 'allowed',
      'Permissions Boundary Policy': 'implicitDeny',
    };
    expect(EvaluationResults).toMatchObject([
      {
        EvalDecision: 'implicitDeny',
        MatchedStatements: [],
        EvalDecisionDetails: details,
        ResourceSpecificResults: [{ EvalDecisionDetails: details, MatchedStatements: [byResourcePolicy] }],
      },
    ]);
  });
});

it('says nothing of resources and accounts when every resource is meant', async () => {
  const { EvaluationResults: [result] = [] } = await simulate({
    PolicyInputList: [iamOnly],
    ActionNames: ['iam:GetUser'],
  });
  expect(result).toMatchObject({ EvalResourceName: '*', EvalDecision: 'allowed' });
  expect(Object.keys(result!)).not.toEqual(expect.arrayContaining(['ResourceSpecificResults']));
  expect(Object.keys(result!)).not.toEqual(expect.arrayContaining(['EvalDecisionDetails']));
});

it('gives one result per action, as strict as the strictest of its resources', async () => {
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      { Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::secret/*' },
    ],
  });
  const ResourceArns = ['arn:aws:s3:::open/1', 'arn:aws:s3:::secret/1', 'arn:aws:s3:::secret/2'];
  const { EvaluationResults: results = [] } = await simulate({
    PolicyInputList: [policy],
    ActionNames: ['s3:GetObject'],
    ResourceArns,
  });
  expect(results).toHaveLength(1);
  expect(results[0]!.EvalDecision).toBe('explicitDeny');
  expect(results[0]!.MatchedStatements).toHaveLength(1);
  expect(results[0]!.ResourceSpecificResults?.map((one) => one.EvalResourceDecision)).toEqual([
    'allowed',
    'explicitDeny',
    'explicitDeny',
  ]);
});

describe('of several resources a result names the ARN format', () => {
  let prefix: string;
  const order = (region: string, id: string) => `arn:aws:${prefix}:${region}:111122223333:order/${id}`;
  const nameOf = async (action: string, ResourceArns: string[]) => {
    const { EvaluationResults } = await simulate({ PolicyInputList: [iamOnly], ActionNames: [action], ResourceArns });
    return EvaluationResults![0]!.EvalResourceName;
  };

  beforeAll(async () => {
    ({ prefix } = await newService(await managementTenant(sharedServer().baseUrl)));
  });

  it('of a registered service', async () => {
    const format = `arn:aws:${prefix}:\${Region}:\${Account}:order/\${Id}`;
    expect(await nameOf(`${prefix}:GetOrder`, [order('eu-1', '1'), order('eu-2', '2')])).toBe(format);
    expect(await nameOf(`${prefix}:getorder`, [order('eu-1', '1'), order('eu-2', '2')])).toBe(format);
  });

  it('of IAM and STS', async () => {
    const users = [mateo, 'arn:aws:iam::111122223333:user/team/ana'];
    expect(await nameOf('iam:GetUser', users)).toBe('arn:aws:iam::${Account}:user/${UserNameWithPath}');
    const roles = ['arn:aws:iam::111122223333:role/one', 'arn:aws:iam::444455556666:role/two'];
    expect(await nameOf('sts:AssumeRole', roles)).toBe('arn:aws:iam::${Account}:role/${RoleNameWithPath}');
  });

  it('and `*` where there is none, or none in common', async () => {
    const instance = order('eu-1', '1').replace('order/', 'instance/');
    expect(await nameOf('s3:GetObject', ['arn:aws:s3:::open/1', 'arn:aws:s3:::open/2'])).toBe('*');
    expect(await nameOf(`${prefix}:GetOrder`, [order('eu-1', '1'), instance])).toBe('*');
    expect(await nameOf(`${prefix}:Unknown`, [order('eu-1', '1'), order('eu-1', '2')])).toBe('*');
    expect(await nameOf('iam:GetUser', [mateo, 'arn:aws:iam::111122223333:role/one'])).toBe('*');
  });
});

it('pages through the actions without a gap or a double', async () => {
  const ActionNames = Array.from({ length: 25 }, (_, index) => `orders:Action${index}`);
  const seen: (string | undefined)[] = [];
  let Marker: string | undefined;
  do {
    const page = await simulate({ PolicyInputList: [iamOnly], ActionNames, MaxItems: 10, Marker });
    seen.push(...(page.EvaluationResults ?? []).map(({ EvalActionName }) => EvalActionName));
    Marker = page.Marker;
  } while (Marker !== undefined);
  expect(seen).toEqual(ActionNames);
});

it('bounds the work of one page, however much is asked for', async () => {
  const Statement = Array.from({ length: 200 }, () => ({ Effect: 'Allow', Action: 'a:B', Resource: '*' }));
  const page = await simulate({
    PolicyInputList: [JSON.stringify({ Version: '2012-10-17', Statement })],
    ActionNames: Array.from({ length: 50 }, (_, index) => `orders:Action${index}`),
    ResourceArns: Array.from({ length: 50 }, (_, index) => `arn:aws:orders:eu-1:111122223333:order/${index}`),
  });
  // 250,000 parts per page: 200 statements with an action and a resource each, for 50 resources, eight times.
  expect(page.EvaluationResults).toHaveLength(8);
  expect(page.IsTruncated).toBe(true);
});

const ip = (type: string, ...values: string[]) => ({
  ContextEntries: [{ ContextKeyName: 'aws:SourceIp', ContextKeyType: type as 'ip', ContextKeyValues: values }],
});

it.each<[string, Partial<SimulateCustomPolicyCommandInput>]>([
  ['two boundaries', { PermissionsBoundaryPolicyInputList: [iamOnly, iamOnly] }],
  ['a resource-based policy without a caller', { ResourcePolicy: bucketPolicy }],
  ['a role as the caller', { CallerArn: 'arn:aws:iam::111122223333:role/admin' }],
  ['a wildcard in an action', { ActionNames: ['iam:*'] }],
  ['a resource that is no ARN', { ResourceArns: ['bucket'] }],
  ['an owner that is no account', { ResourceOwner: mateo }],
  ['an identity-based policy with a principal', { PolicyInputList: [bucketPolicy] }],
  ['an address that is none', ip('ip', 'home')],
  ['two values of one', ip('ip', '10.0.0.1', '10.0.0.2')],
  ['a number that is none', ip('numericList', 'ten')],
  ['a date that is none', ip('date', 'soon')],
  ['an unknown scenario', { ResourceHandlingOption: 'EC2-Moon' }],
  [
    'a scenario without its resources',
    { ResourceHandlingOption: 'EC2-VPC-EBS', ResourceArns: ['arn:aws:ec2:eu-1:111122223333:instance/i-1'] },
  ],
])('refuses %s', async (_, input) => {
  const call = simulate({ PolicyInputList: [iamOnly], ActionNames: ['iam:GetUser'], ...input });
  await expect(call).rejects.toMatchObject({ name: 'InvalidInputException' });
});

it('tells of the organization where a principal of an account is simulated, as it has no control policies', async () => {
  const { iam } = tenant;
  const input = { ActionNames: ['orders:Get'], ResourceArns: ['*'] };
  const { arn } = await tenant.addUser('member', allow('orders:Get'));
  const own = await iam.send(new SimulatePrincipalPolicyCommand({ ...input, PolicySourceArn: arn }));
  expect(own.EvaluationResults![0]!.OrganizationsDecisionDetail).toEqual({ AllowedByOrganizations: true });
  const PolicyInputList = [JSON.stringify(allow('orders:Get'))];
  const custom = await iam.send(new SimulateCustomPolicyCommand({ ...input, PolicyInputList }));
  expect(custom.EvaluationResults![0]!.OrganizationsDecisionDetail).toBeUndefined();
});
