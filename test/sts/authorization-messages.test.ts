import { CreateUserCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, DecodeAuthorizationMessageCommand, type STSClient } from '@aws-sdk/client-sts';
import { sharedServer } from '../support/shared-server.js';
import { allow, deny, managementTenant, newTenant, type Tenant } from '../support/tenant.js';
import { trust } from '../support/trust.js';

interface Message {
  readonly allowed: boolean;
  readonly explicitDeny: boolean;
  readonly reason: string;
  readonly matchedStatements: { readonly items: readonly Record<string, unknown>[] };
  readonly context: {
    readonly principal: object;
    readonly action: string;
    readonly resource: string;
    readonly conditions: { readonly items: readonly { key: string; values: { items: { value: string }[] } }[] };
  };
}

let tenant: Tenant;
let platform: Tenant;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  tenant = await newTenant(baseUrl);
  platform = await managementTenant(baseUrl);
});

async function decode(EncodedMessage: string, sts: STSClient = tenant.sts): Promise<Message> {
  const { DecodedMessage } = await sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage }));
  return JSON.parse(DecodedMessage!) as Message;
}

/** The encoded message in the SDK's exception. */
async function messageOf(call: Promise<unknown>): Promise<string> {
  const thrown = (await call.then(
    () => undefined,
    (error: unknown) => error,
  )) as { name: string; EncodedAuthorizationMessage?: string };
  expect(thrown.name).toMatch(/^AccessDenied/);
  expect(thrown.EncodedAuthorizationMessage).toMatch(/^[\w-]+$/);
  return thrown.EncodedAuthorizationMessage!;
}

const keysOf = ({ context }: Message) => context.conditions.items.map(({ key }) => key);

describe('an encoded authorization message', () => {
  it('of an explicit Deny names the statement, the principal and the circumstances', async () => {
    const { arn, iam } = await tenant.addUser('denied', deny('iam:CreateUser'));
    const message = await decode(await messageOf(iam.send(new CreateUserCommand({ UserName: 'new' }))));
    expect(message).toMatchObject({
      allowed: false,
      explicitDeny: true,
      matchedStatements: { items: [{ effect: 'DENY', policy: 'test', policyType: 'user-inline', index: 0 }] },
      context: {
        principal: { arn, id: expect.stringMatching(/^AIDA/) },
        action: 'iam:CreateUser',
        resource: `arn:aws:iam::${tenant.accountId}:user/new`,
      },
    });
    expect(message.context.conditions.items).toContainEqual({
      key: 'aws:sourceip',
      values: { items: [{ value: '127.0.0.1' }] },
    });
  });

  it('of a missing Allow says so; through REST it stands in the problem document', async () => {
    const { iam } = await tenant.addUser('nobody');
    const message = await decode(await messageOf(iam.send(new ListRolesCommand())));
    expect(message).toMatchObject({ explicitDeny: false, matchedStatements: { items: [] } });
    expect(message.reason).toBe('because no identity-based policy allows the iam:ListRoles action');
    // A tenant has no inventory, whatever its policies say.
    const { status, body } = await tenant.rest.get('/v1/hardware-tokens');
    expect(status).toBe(403);
    expect(await decode(body.encodedAuthorizationMessage as string)).toMatchObject({
      explicitDeny: false,
      reason: 'because only the management account may',
    });
  });

  it('comes with a decision for a service, which passes it on to its customer', async () => {
    const { arn } = await tenant.addUser('buyer', deny('orders:*'));
    const { body } = await platform.rest.post('/access/v1/evaluation', {
      subject: { type: 'principal', id: arn },
      action: { name: 'orders:CreateOrder' },
      resource: { type: 'order', id: `arn:aws:orders::${tenant.accountId}:order/42` },
      context: { 'orders:Channel': 'web' },
    });
    const { encodedAuthorizationMessage } = body.context as { encodedAuthorizationMessage: string };
    const message = await decode(encodedAuthorizationMessage);
    expect(message).toMatchObject({ explicitDeny: true, context: { action: 'orders:CreateOrder' } });
    expect(keysOf(message)).toContain('orders:channel');
    // The service that asked belongs to another account.
    await expect(decode(encodedAuthorizationMessage, platform.sts)).rejects.toMatchObject({
      name: 'InvalidAuthorizationMessageException',
    });
  });

  it('stays within what the operation takes, however much was asked', async () => {
    const { arn } = await tenant.addUser('talkative');
    const random = () => Array.from({ length: 50 }, () => crypto.randomUUID());
    const context = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`orders:Key${index}`, random()]));
    const { body } = await platform.rest.post('/access/v1/evaluation', {
      subject: { type: 'principal', id: arn },
      action: { name: 'orders:CreateOrder' },
      resource: { type: 'order', id: '*' },
      context: { ...context, 'orders:Short': 'kept' },
    });
    const { encodedAuthorizationMessage } = body.context as { encodedAuthorizationMessage: string };
    expect(encodedAuthorizationMessage.length).toBeLessThanOrEqual(10_240);
    expect(keysOf(await decode(encodedAuthorizationMessage))).toContain('orders:short');
  });
});

/**
 * Threats: someone without permission reads it, or it reveals facts of another account that its caller could not know.
 */
describe('an encoded authorization message is not opened', () => {
  it('for whom the account does not let', async () => {
    const { iam, sts } = await tenant.addUser('curious');
    const encoded = await messageOf(iam.send(new ListRolesCommand()));
    await expect(decode(encoded, sts)).rejects.toMatchObject({ name: 'AccessDenied' });
    const reader = await tenant.addUser('reader', allow('sts:DecodeAuthorizationMessage'));
    expect(await decode(encoded, reader.sts)).toMatchObject({ allowed: false });
  });

  it('when it is none, was changed, is of another account, or of another kind', async () => {
    const encoded = await messageOf((await tenant.addUser('any')).iam.send(new ListRolesCommand()));
    const stranger = await newTenant(tenant.baseUrl);
    const changed = encoded.slice(0, -2) + (encoded.endsWith('AA') ? 'BB' : 'AA');
    const sessionToken = (await tenant.rest.post('/v1/session-tokens')).body.credentials.sessionToken as string;
    const invalid = { name: 'InvalidAuthorizationMessageException' };
    for (const text of ['x', changed, sessionToken]) await expect(decode(text)).rejects.toMatchObject(invalid);
    await expect(decode(encoded, stranger.sts)).rejects.toMatchObject(invalid);
    await expect(decode('x'.repeat(10_241))).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('and tells nothing of another account’s role but its name', async () => {
    const other = await newTenant(tenant.baseUrl);
    const policy = JSON.parse(trust({ AWS: tenant.accountId })) as { Statement: object[] };
    policy.Statement.push({ Sid: 'Hidden', Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' });
    const { body } = await other.rest.post('/v1/roles', {
      roleName: 'guarded',
      assumeRolePolicyDocument: JSON.stringify(policy),
      tags: [{ key: 'Project', value: 'secret' }],
    });
    const { sts } = await tenant.addUser('visitor', allow('sts:AssumeRole'));
    const assume = new AssumeRoleCommand({ RoleArn: body.role.arn as string, RoleSessionName: 'visit' });
    const message = await decode(await messageOf(sts.send(assume)));
    expect(message).toMatchObject({ explicitDeny: true, matchedStatements: { items: [] } });
    expect(JSON.stringify(message)).not.toMatch(/secret|Hidden/);
  });
});
