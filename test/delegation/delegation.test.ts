import { randomUUID } from 'node:crypto';
import {
  AcceptDelegationRequestCommand,
  AssociateDelegationRequestCommand,
  CreateDelegationRequestCommand,
  CreatePolicyCommand,
  GetDelegationRequestCommand,
  type IAMClient,
  ListDelegationRequestsCommand,
  RejectDelegationRequestCommand,
  SendDelegationTokenCommand,
  UpdateDelegationRequestCommand,
} from '@aws-sdk/client-iam';
import { sharedServer } from '../support/shared-server.js';
import { allow, newTenant, type Tenant } from '../support/tenant.js';

let partner: Tenant;
let customer: Tenant;
let stranger: Tenant;
let templateArn: string;

beforeAll(async () => {
  const { baseUrl } = sharedServer();
  [partner, customer, stranger] = await Promise.all([newTenant(baseUrl), newTenant(baseUrl), newTenant(baseUrl)]);
  const PolicyDocument = JSON.stringify(allow('orders:List'));
  const created = await partner.iam.send(new CreatePolicyCommand({ PolicyName: 'template', PolicyDocument }));
  templateArn = created.Policy!.Arn!;
});

async function newRequest(more: object = {}): Promise<{ DelegationRequestId: string }> {
  const { DelegationRequestId } = await partner.iam.send(
    new CreateDelegationRequestCommand({
      Description: 'To set up monitoring',
      Permissions: { PolicyTemplateArn: templateArn },
      RequestorWorkflowId: randomUUID(),
      NotificationChannel: 'arn:aws:sns:us-east-1:123456789012:topic',
      SessionDuration: 3600,
      ...more,
    }),
  );
  return { DelegationRequestId: DelegationRequestId! };
}

const state = async (iam: IAMClient, named: { DelegationRequestId: string }) =>
  (await iam.send(new GetDelegationRequestCommand(named))).DelegationRequest?.State;

const missing = { name: 'NoSuchEntityException' };

it("goes from a partner's request to the token that the partner gets, and nobody else", async () => {
  const named = await newRequest({ OwnerAccountId: customer.accountId });
  const { accessKey: _, ...owner } = await customer.addUser('owner', allow('iam:AssociateDelegationRequest'));
  await owner.iam.send(new AssociateDelegationRequestCommand(named));
  // The owner may read and forward without any permission; approving requires one.
  expect(await state(owner.iam, named)).toBe('ASSIGNED');
  await owner.iam.send(new UpdateDelegationRequestCommand({ ...named, Notes: 'for the administrator' }));
  const accept = new AcceptDelegationRequestCommand(named);
  await expect(owner.iam.send(accept)).rejects.toMatchObject({ name: 'AccessDenied' });
  await customer.iam.send(accept);
  const token = `/v1/delegation-requests/${named.DelegationRequestId}/token`;
  expect((await partner.rest.post(token)).body.code).toBe('InvalidInput');
  await customer.iam.send(new SendDelegationTokenCommand(named));

  expect((await partner.rest.post(token)).body.tradeInToken).toMatch(/^\d{12}-[0-9a-f-]{36}\.[\w-]{43}$/);
  expect((await customer.rest.post(token)).body.code).toBe('InvalidInput');
  expect((await stranger.rest.post(token)).body.code).toBe('NoSuchEntity');
  expect(await state(partner.iam, named)).toBe('FINALIZED');
  await expect(customer.iam.send(new RejectDelegationRequestCommand(named))).rejects.toMatchObject({
    name: 'InvalidInputException',
  });
});

/** Threat: an account learns of, takes or decides about a request of another account. */
describe('a request for one account', () => {
  it('is as good as missing to every other', async () => {
    const named = await newRequest({ OwnerAccountId: customer.accountId });
    for (const command of [
      new GetDelegationRequestCommand(named),
      new AssociateDelegationRequestCommand(named),
      new RejectDelegationRequestCommand(named),
    ]) {
      await expect(stranger.iam.send(command as never)).rejects.toMatchObject(missing);
    }
    // The partner can read it, but cannot decide about it.
    expect(await state(partner.iam, named)).toBe('UNASSIGNED');
    await expect(partner.iam.send(new AssociateDelegationRequestCommand(named))).rejects.toMatchObject(missing);
  });

  it('without an account belongs to who takes it first, whoever else tries at the same time', async () => {
    const named = await newRequest();
    const takers = [customer, stranger];
    const outcomes = await Promise.allSettled(
      takers.map(({ iam }) => iam.send(new AssociateDelegationRequestCommand(named))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [winner, loser] = outcomes[0]!.status === 'fulfilled' ? takers : [...takers].reverse();
    expect(await state(winner!.iam, named)).toBe('ASSIGNED');
    await expect(state(loser!.iam, named)).rejects.toMatchObject(missing);
    const listed = async ({ iam }: Tenant) =>
      (await iam.send(new ListDelegationRequestsCommand())).DelegationRequests!.map(
        ({ DelegationRequestId }) => DelegationRequestId,
      );
    expect(await listed(winner!)).toContain(named.DelegationRequestId);
    expect(await listed(loser!)).not.toContain(named.DelegationRequestId);
  });
});

it('approval and rejection at the same time end with one of them', async () => {
  const named = await newRequest();
  await customer.iam.send(new AssociateDelegationRequestCommand(named));
  await Promise.allSettled([
    customer.iam.send(new SendDelegationTokenCommand(named)),
    customer.iam.send(new AcceptDelegationRequestCommand(named)),
    customer.iam.send(new RejectDelegationRequestCommand(named)),
  ]);
  expect(['REJECTED', 'ACCEPTED', 'FINALIZED']).toContain(await state(customer.iam, named));
});

it('the root user approves four hours at most', async () => {
  const named = await newRequest({ SessionDuration: 4 * 3600 + 1 });
  await customer.iam.send(new AssociateDelegationRequestCommand(named));
  await expect(customer.iam.send(new AcceptDelegationRequestCommand(named))).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: expect.stringContaining('four hours'),
  });
});

it('only the owner sends the token where the partner asked for that', async () => {
  const named = await newRequest({ OnlySendByOwner: true });
  const owner = await customer.addUser('sender', allow('iam:*'));
  await owner.iam.send(new AssociateDelegationRequestCommand(named));
  await customer.iam.send(new AcceptDelegationRequestCommand(named));
  const send = new SendDelegationTokenCommand(named);
  await expect(customer.iam.send(send)).rejects.toMatchObject({ name: 'InvalidInputException' });
  await owner.iam.send(send);
});
