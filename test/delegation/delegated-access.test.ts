import { randomUUID } from 'node:crypto';
import {
  AcceptDelegationRequestCommand,
  AssociateDelegationRequestCommand,
  CreateDelegationRequestCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  ListRolesCommand,
  ListUsersCommand,
  SendDelegationTokenCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetDelegatedAccessTokenCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  type STSClient,
} from '@aws-sdk/client-sts';
import { sharedServer } from '../support/shared-server.js';
import { allow, awsClients, newTenant, type Tenant } from '../support/tenant.js';
import { trust } from '../support/trust.js';

let partner: Tenant;
let customer: Tenant;
let templateArn: string;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  [partner, customer] = await Promise.all([newTenant(baseUrl), newTenant(baseUrl)]);
  const PolicyDocument = JSON.stringify(allow('iam:ListUsers', 'iam:ListRoles'));
  const created = await partner.iam.send(new CreatePolicyCommand({ PolicyName: 'template', PolicyDocument }));
  templateArn = created.Policy!.Arn!;
});

/** A request that was forwarded to its approver. @returns its ID and the exchange token */
async function approvedBy(
  approver: Pick<Tenant, 'iam'>,
  SessionDuration = 3600,
  PolicyTemplateArn = templateArn,
): Promise<[string, string]> {
  const { DelegationRequestId } = await partner.iam.send(
    new CreateDelegationRequestCommand({
      OwnerAccountId: customer.accountId,
      Description: 'To set up monitoring',
      Permissions: { PolicyTemplateArn },
      RequestorWorkflowId: randomUUID(),
      NotificationChannel: 'arn:aws:sns:us-east-1:123456789012:topic',
      SessionDuration,
    }),
  );
  const named = { DelegationRequestId: DelegationRequestId! };
  await customer.iam.send(new AssociateDelegationRequestCommand(named));
  await approver.iam.send(new AcceptDelegationRequestCommand(named));
  await customer.iam.send(new SendDelegationTokenCommand(named));
  const { body } = await partner.rest.post(`/v1/delegation-requests/${DelegationRequestId}/token`);
  return [DelegationRequestId!, body.tradeInToken as string];
}

async function exchange(TradeInToken: string, sts: STSClient = partner.sts) {
  const { Credentials: given, AssumedPrincipal } = await sts.send(new GetDelegatedAccessTokenCommand({ TradeInToken }));
  const clients = awsClients(partner.baseUrl, {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  });
  return { ...clients, expiration: given!.Expiration!, assumedPrincipal: AssumedPrincipal };
}

const denied = { name: 'AccessDenied' };

describe('delegated credentials', () => {
  it('may what was asked for, as far as the approver may it, now', async () => {
    const approver = await customer.addUser('approver', allow('iam:AcceptDelegationRequest', 'iam:ListUsers'));
    const [requestId, token] = await approvedBy(approver);
    const delegated = await exchange(token);
    expect(delegated.assumedPrincipal).toBe(approver.arn);
    expect(delegated.expiration.getTime() - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(await delegated.sts.send(new GetCallerIdentityCommand())).toMatchObject({ Arn: approver.arn });
    expect((await delegated.iam.send(new ListUsersCommand())).Users!.length).toBeGreaterThan(0);
    // Requested, but the approver does not have it; the approver has it, but it was not requested.
    await expect(delegated.iam.send(new ListRolesCommand())).rejects.toMatchObject(denied);
    await expect(delegated.iam.send(new CreateUserCommand({ UserName: 'x' }))).rejects.toMatchObject(denied);

    for (const { rest } of [partner, customer]) {
      const { events } = (await rest.get('/v1/audit-events?operation=sts:GetDelegatedAccessToken&maxItems=1')).body;
      expect(events).toMatchObject([{ outcome: 'allowed', callerArn: expect.stringContaining(partner.accountId) }]);
    }
    const { events } = (await customer.rest.get('/v1/audit-events?operation=sts:GetDelegatedAccessToken')).body;
    expect(events).toMatchObject([{ input: expect.stringContaining(requestId) }]);

    await customer.iam.send(new DeleteUserPolicyCommand({ UserName: 'approver', PolicyName: 'test' }));
    await expect(delegated.iam.send(new ListUsersCommand())).rejects.toMatchObject(denied);
  });

  it('of the root user may what was asked for, and make no others', async () => {
    const [, token] = await approvedBy(customer);
    const { iam, sts } = await exchange(token);
    expect((await iam.send(new ListRolesCommand())).Roles).toBeDefined();
    await expect(iam.send(new CreateUserCommand({ UserName: 'x' }))).rejects.toMatchObject(denied);
    await expect(sts.send(new GetFederationTokenCommand({ Name: 'more' }))).rejects.toMatchObject(denied);
  });

  it('of a role are those of the role', async () => {
    const user = await customer.addUser('administrator', allow('sts:AssumeRole'));
    const { body } = await customer.rest.post('/v1/roles', {
      roleName: 'approvers',
      assumeRolePolicyDocument: trust({ AWS: customer.accountId }),
    });
    await customer.rest.put('/v1/roles/approvers/policies/all', { policyDocument: JSON.stringify(allow('iam:*')) });
    const session = async (Policy?: string) => {
      const input = { RoleArn: body.role.arn as string, RoleSessionName: 'ana', ...(Policy ? { Policy } : {}) };
      const { Credentials: given } = await user.sts.send(new AssumeRoleCommand(input));
      return awsClients(customer.baseUrl, {
        accessKeyId: given!.AccessKeyId!,
        secretAccessKey: given!.SecretAccessKey!,
        sessionToken: given!.SessionToken!,
      });
    };
    const [, token] = await approvedBy(await session());
    const { iam, sts } = await exchange(token);
    expect((await iam.send(new ListRolesCommand())).Roles!.length).toBeGreaterThan(0);
    const identity = await sts.send(new GetCallerIdentityCommand());
    expect(identity.Arn).toBe(`arn:aws:sts::${customer.accountId}:assumed-role/approvers/ana`);
    await expect(iam.send(new CreateUserCommand({ UserName: 'x' }))).rejects.toMatchObject(denied);
    // Threat: a session with a session policy passes on permissions that it does not have.
    const narrowed = await session(JSON.stringify(allow('iam:AcceptDelegationRequest')));
    await expect(approvedBy(narrowed)).rejects.toMatchObject({ name: 'InvalidInputException' });
  });
});

/** Threat: delegated credentials are exchanged for others, to which the approved scope does not apply. */
describe.each(['a user', 'a role'])('credentials that %s delegated are exchanged for no others', (kind) => {
  it('whatever was approved and whomever a role trusts', async () => {
    const name = kind.replace('a ', 'chain-');
    const everything = allow('*');
    const user = await customer.addUser(`${name}-approver`, everything);
    let approver: Pick<Tenant, 'iam'> = user;
    let approverArn = user.arn;
    if (kind === 'a role') {
      const roleName = `${name}-approvers`;
      const assumeRolePolicyDocument = trust({ AWS: customer.accountId });
      const { role } = (await customer.rest.post('/v1/roles', { roleName, assumeRolePolicyDocument })).body;
      await customer.rest.put(`/v1/roles/${roleName}/policies/all`, { policyDocument: JSON.stringify(everything) });
      approverArn = (role as { arn: string }).arn;
      const input = { RoleArn: approverArn, RoleSessionName: 'ana' };
      const { Credentials: given } = await user.sts.send(new AssumeRoleCommand(input));
      approver = awsClients(customer.baseUrl, {
        accessKeyId: given!.AccessKeyId!,
        secretAccessKey: given!.SecretAccessKey!,
        sessionToken: given!.SessionToken!,
      });
    }
    const { body } = await customer.rest.post('/v1/roles', {
      roleName: `${name}-target`,
      assumeRolePolicyDocument: trust({ AWS: approverArn }),
    });
    const PolicyDocument = JSON.stringify(allow('sts:AssumeRole', 'sts:GetSessionToken', 'iam:ListUsers'));
    const { Policy } = await partner.iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument }));
    const [, token] = await approvedBy(approver, 3600, Policy!.Arn);
    const { iam, sts } = await exchange(token);
    await iam.send(new ListUsersCommand());
    const chain = new AssumeRoleCommand({ RoleArn: body.role.arn as string, RoleSessionName: 'chained' });
    await expect(sts.send(chain)).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('root task or a delegation'),
    });
    await expect(sts.send(new GetSessionTokenCommand())).rejects.toMatchObject(denied);
    await expect(sts.send(new GetFederationTokenCommand({ Name: 'more' }))).rejects.toMatchObject(denied);
  });
});

/**
 * Threat: a thief of a session approves a request of his own, and still exchanges its token after the session was
 * revoked.
 */
describe('what revokes the sessions of the approver ends the delegation', () => {
  const isOver = { name: 'ExpiredTradeInTokenException' };

  it('of a user', async () => {
    const approver = await customer.addUser('robbed', allow('iam:*'));
    const [, token] = await approvedBy(approver);
    const delegated = await exchange(token);
    await delegated.iam.send(new ListUsersCommand());
    expect(await customer.rest.post('/v1/users/robbed/revoke-sessions', {})).toMatchObject({ status: 204 });
    await expect(delegated.iam.send(new ListUsersCommand())).rejects.toMatchObject({ name: 'ExpiredToken' });
    await expect(exchange(token)).rejects.toMatchObject(isOver);
    // A later approval is another delegation.
    const [, next] = await approvedBy(approver);
    await (await exchange(next)).iam.send(new ListUsersCommand());
  });

  it('of the root user', async () => {
    const [, token] = await approvedBy(customer);
    expect(await customer.rest.post('/v1/account/revoke-sessions', {})).toMatchObject({ status: 204 });
    await expect(exchange(token)).rejects.toMatchObject(isOver);
  });
});

/** Threats: a token is guessed, stolen, or used for longer than was approved. */
describe('an exchange token is refused', () => {
  const invalid = { name: 'ValidationError', message: 'The exchange token is not valid.' };

  it('when it is none, was changed, or comes from another account', async () => {
    const [requestId, token] = await approvedBy(customer);
    const changed = token.slice(0, -2) + (token.endsWith('AA') ? 'BB' : 'AA');
    for (const text of ['x', requestId, `${requestId}.`, changed]) {
      await expect(exchange(text)).rejects.toMatchObject(invalid);
    }
    const thief = await newTenant(partner.baseUrl);
    for (const { sts } of [thief, customer]) await expect(exchange(token, sts)).rejects.toMatchObject(invalid);
    const nobody = await partner.addUser('nobody', allow('iam:*'));
    await expect(exchange(token, nobody.sts)).rejects.toMatchObject(denied);
  });
});
