import { GetUserCommand } from '@aws-sdk/client-iam';
import { RestClient } from '../support/rest-client.js';
import { type RunningServer, startServer } from '../support/server.js';
import { managementTenant } from '../support/tenant.js';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ environment: { GATEHOUSE_SIGN_UP: 'closed', GATEHOUSE_PARTITION: 'acme' } });
});

afterAll(() => server.stop());

const password = 'Owner-password-1234';
const newAccount = (name: string, extra: object = {}) => ({ name, email: `${name}@x.test`, password, ...extra });

describe('with sign-up closed', () => {
  it('a stranger cannot make an account', async () => {
    const answer = await new RestClient(server.baseUrl).post('/v1/accounts', newAccount('stranger'));
    expect(answer.body).toMatchObject({ status: 401, code: 'MissingAuthenticationToken' });
  });

  it('the management account can, with an account id of its choice', async () => {
    const { rest } = await managementTenant(server.baseUrl);
    const { status, body } = await rest.post('/v1/accounts', newAccount('chosen', { accountId: '210987654321' }));
    expect([status, body.account.accountId]).toEqual([201, '210987654321']);
    const again = await rest.post('/v1/accounts', newAccount('again', { accountId: '210987654321' }));
    expect(again.body).toMatchObject({ status: 409, code: 'EntityAlreadyExists' });
  });

  /** Threat: a tenant's root user, who may do everything in its own account, creates accounts for others. */
  it("a tenant's root user cannot", async () => {
    const { rest } = await managementTenant(server.baseUrl);
    await rest.post('/v1/accounts', newAccount('tenant'));
    const credentials = { email: 'tenant@x.test', password };
    const { body } = await rest.post('/v1/sign-in', credentials);
    const tenant = new RestClient(server.baseUrl, body.accessToken as string);
    const answer = await tenant.post('/v1/accounts', newAccount('mine'));
    expect(answer.body).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it('ARNs are in the partition of the platform, in policies too', async () => {
    const { rest, addUser } = await managementTenant(server.baseUrl);
    const { arn } = (await rest.get('/v1/caller-identity')).body as { arn: string };
    expect(arn).toMatch(/^arn:acme:iam::\d{12}:root$/);
    const Resource = arn.replace(':root', ':user/of-acme');
    const Statement = { Effect: 'Allow', Action: 'iam:GetUser', Resource };
    const { iam } = await addUser('of-acme', { Version: '2012-10-17', Statement });
    expect((await iam.send(new GetUserCommand())).User?.Arn).toBe(Resource);
    const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    expect((await rest.post('/v1/policies', { policyName: 'of-acme', policyDocument })).status).toBe(201);
  });
});
