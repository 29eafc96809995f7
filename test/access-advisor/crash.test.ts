import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { GetUserCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import { allow, awsClients, newTenant } from '../support/tenant.js';

let replicas: Replicas;

beforeAll(async () => {
  replicas = await startReplicas();
});
afterAll(() => replicas?.stop());

interface Fact {
  readonly action: string;
}

it('a crash loses the facts of the configured seconds and no others', async () => {
  const server = await replicas.start({ GATEHOUSE_LAST_USED_SECONDS: '1' });
  const tenant = await newTenant(server.baseUrl);
  const { accessKey } = await tenant.addUser('ana', allow('iam:*'));
  const { iam } = awsClients(server.baseUrl, accessKey);
  const kept = () =>
    replicas.database.query<Fact>(
      `SELECT action FROM access_facts WHERE account_id = $1 AND action IN ('GetUser', 'ListUsers') ORDER BY action`,
      [tenant.accountId],
    );
  await iam.send(new GetUserCommand());
  // Well over one second, because the machine may be busy.
  await pause(4000);
  await iam.send(new ListUsersCommand());
  await server.kill();
  expect(await kept()).toEqual([{ action: 'GetUser' }]);
});

it('a server that is stopped loses none', async () => {
  const server = await replicas.start({ GATEHOUSE_LAST_USED_SECONDS: '300' });
  const tenant = await newTenant(server.baseUrl);
  await tenant.iam.send(new ListUsersCommand());
  await server.stop();
  const rows = await replicas.database.query<Fact>(
    `SELECT action FROM access_facts WHERE account_id = $1 AND action = 'ListUsers'`,
    [tenant.accountId],
  );
  expect(rows).toHaveLength(1);
});

it('nor does it lose those of a request that is under way when it is stopped', async () => {
  const server = await replicas.start({ GATEHOUSE_LAST_USED_SECONDS: '300' });
  const tenant = await newTenant(server.baseUrl);
  const { email, password } = tenant;
  const signedIn = await new RestClient(server.baseUrl).post('/v1/sign-in', { email, password });
  const headers = { authorization: `Bearer ${signedIn.body.accessToken}`, 'content-type': 'application/json' };
  const creation = request(`${server.baseUrl}/v1/groups`, { method: 'POST', headers });
  creation.write('{"groupName":');
  await pause(500);
  const stopped = server.stop();
  await pause(1000);
  creation.end('"late"}');
  const [answer] = (await once(creation, 'response')) as [IncomingMessage];
  answer.resume();
  await stopped;
  expect(answer.statusCode).toBe(201);
  const rows = await replicas.database.query<Fact>(
    `SELECT action FROM access_facts WHERE account_id = $1 AND action = 'CreateGroup'`,
    [tenant.accountId],
  );
  expect(rows).toHaveLength(1);
});
