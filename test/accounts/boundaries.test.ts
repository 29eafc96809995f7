import { RestClient } from '../support/rest-client.js';
import { sharedServer } from '../support/shared-server.js';
import { managementTenant, newTenant, signIn, type Tenant } from '../support/tenant.js';

let baseUrl: string;
let management: Tenant;
let tenant: Tenant;
let neighbour: Tenant;

beforeAll(async () => {
  ({ baseUrl } = sharedServer());
  [management, tenant, neighbour] = [
    await managementTenant(baseUrl),
    await newTenant(baseUrl),
    await newTenant(baseUrl),
  ];
});

const statement = (Action: string, Resource: string) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource },
});

type Problem = Record<string, unknown> & { readonly encodedAuthorizationMessage: string };

interface Denied {
  readonly resource: string;
  readonly conditions: { readonly items: readonly { readonly key: string }[] };
}

/** Threat: a tenant's owner, who may do everything in its own account, tries to act on others or as the operator. */
describe("a tenant's owner", () => {
  const calls: [string, string, object | undefined][] = [
    ['GET', '', undefined],
    ['PATCH', '', { name: 'Mine' }],
    ['DELETE', '', undefined],
    ['PUT', '/suspension', {}],
    ['PUT', '/reactivation', {}],
    ['PUT', '/closure', {}],
    ['PUT', '/email', { email: 'mine@tenant.test' }],
    ['GET', '/contact-information', undefined],
    ['DELETE', '/alternate-contacts/BILLING', undefined],
  ];

  it.each(calls)('%s /v1/accounts/…%s answers the same for a neighbour and for nobody', async (method, path, body) => {
    const [real, unreal] = await Promise.all(
      [neighbour.accountId, '000000000001'].map(async (accountId) => {
        const answer = await tenant.rest.call(method, `/v1/accounts/${accountId}${path}`, body);
        const { requestId: _, encodedAuthorizationMessage: encodedMessage, ...problem } = answer.body as Problem;
        // The decoded message of the denial must not reveal more.
        const opened = await tenant.rest.post('/v1/authorization-messages/decode', { encodedMessage });
        const { context, ...why } = JSON.parse(opened.body.decodedMessage as string) as { context: Denied };
        const keys = context.conditions.items.map(({ key }) => key);
        const told = JSON.stringify({ ...problem, why, keys, resource: context.resource });
        return JSON.parse(told.replaceAll(accountId, '<account>')) as Record<string, unknown>;
      }),
    );
    expect(real).toEqual(unreal);
    expect(real).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it.each(['suspension', 'reactivation'])('may not decide over its own %s', async (change) => {
    const answer = await tenant.rest.put(`/v1/accounts/${tenant.accountId}/${change}`);
    expect(answer.body).toMatchObject({ code: 'AccessDenied', detail: expect.stringContaining('management account') });
  });

  it('may not list accounts, purge its own or give it another root email', async () => {
    const own = `/v1/accounts/${tenant.accountId}`;
    const answers = [
      await tenant.rest.get('/v1/accounts'),
      await tenant.rest.delete(own),
      await tenant.rest.put(`${own}/email`, { email: 'other@tenant.test' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
  });

  it('renames and closes its own account, and is nobody from then on', async () => {
    const owner = await newTenant(baseUrl);
    const path = `/v1/accounts/${owner.accountId}`;
    expect((await owner.rest.patch(path, { name: 'Renamed' })).body.account.name).toBe('Renamed');
    expect((await owner.rest.put(`${path}/closure`, { reason: 'done' })).status).toBe(200);
    expect((await owner.rest.get('/v1/account')).body.code).toBe('InvalidClientTokenId');
    await expect(signIn(baseUrl, owner.email, owner.password)).rejects.toThrow('SignInFailed');
    expect((await management.rest.get(path)).body.account.status).toBe('closed');
  });
});

it("what an operator's user may do to accounts, its policies say by account", async () => {
  const one = `arn:aws:gatehouse::${tenant.accountId}:account`;
  const userName = `operator-${tenant.accountId}`;
  await management.addUser(userName, statement('gatehouse:DescribeAccount', one));
  const password = 'Operator-pass-1234';
  await management.rest.post(`/v1/users/${userName}/login-profile`, { password });
  const { body } = await new RestClient(baseUrl).post('/v1/sign-in', {
    account: management.accountId,
    userName,
    password,
  });
  const user = new RestClient(baseUrl, body.accessToken as string);
  const statuses = [
    await user.get(`/v1/accounts/${tenant.accountId}`),
    await user.get(`/v1/accounts/${neighbour.accountId}`),
    await user.put(`/v1/accounts/${tenant.accountId}/suspension`),
  ].map(({ status }) => status);
  expect(statuses).toEqual([200, 403, 403]);
});

it('personal data of contacts stays out of the audit log and of the logs', async () => {
  const phoneNumber = `+1 ${tenant.accountId}`;
  const contactInformation = {
    fullName: 'Full Name',
    addressLine1: 'A Street',
    city: 'A City',
    postalCode: '1',
    countryCode: 'DE',
    phoneNumber,
  };
  const path = `/v1/accounts/${tenant.accountId}/contact-information`;
  expect((await tenant.rest.put(path, { contactInformation })).status).toBe(204);
  expect((await tenant.rest.get(path)).body).toEqual({ contactInformation });
  expect(sharedServer().output()).not.toContain(phoneNumber);
});
