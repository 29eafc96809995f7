/**
 * A stack deployer: the customer passes it a role; it assumes the role as its service principal, for this customer's
 * stack only, and creates and deletes resources as that role.
 */
import {
  CreateGroupCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  IAMClient,
  PutGroupPolicyCommand,
  DeleteGroupPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import {
  createServiceRole,
  createUser,
  customerRequest,
  gatehouse,
  openAccount,
  registerService,
  requirePassRole,
} from '../lib/platform.mjs';

const stacks = await registerService('stacks', ['CreateStack'], 'stack');
const customer = await openAccount();
const roleArn = await createServiceRole(customer, stacks, ['iam:*Group', 'iam:*GroupPolicy']);
const engineer = await createUser(customer, stacks, roleArn);

// The service checks whether the customer may create the stack with this role.
const stackArn = `arn:aws:${stacks.prefix}:eu-1:${customer.accountId}:stack/team`;
const request = await customerRequest(engineer, stacks, { stack: 'team', role: roleArn });
const handed = { roleArn, resourceArn: stackArn };
const { principal, role } = await requirePassRole(stacks, request, `${stacks.prefix}:CreateStack`, handed);
console.log(`${principal} creates ${stackArn} with ${role}`);

// It assumes the role and states for whom: the trust policy compares, and the role cannot be used for anybody else's
// stack.
const sts = new STSClient({ endpoint: gatehouse, region: 'us-east-1', credentials: stacks.accessKey });
const source = { 'x-amz-source-account': customer.accountId, 'x-amz-source-arn': stackArn };
sts.middlewareStack.add(
  (next) => (call) => {
    Object.assign(call.request.headers, source);
    return next(call);
  },
  { step: 'build' },
);
const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'stack-team' }));

const iam = new IAMClient({
  endpoint: gatehouse,
  region: 'us-east-1',
  credentials: {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
  },
});
const group = { GroupName: 'team' };
const policy = { ...group, PolicyName: 'read' };
const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' }] };
await iam.send(new CreateGroupCommand(group));
await iam.send(new PutGroupPolicyCommand({ ...policy, PolicyDocument: JSON.stringify(document) }));
console.log('The stack is created.');
const refused = await iam.send(new CreateUserCommand({ UserName: 'backdoor' })).then(
  () => 'nothing',
  (error) => error.name,
);
console.log(`What the role does not permit ends in ${refused}.`);
await iam.send(new DeleteGroupPolicyCommand(policy));
await iam.send(new DeleteGroupCommand(group));
console.log('The stack is deleted.');
await stacks.deregister();
