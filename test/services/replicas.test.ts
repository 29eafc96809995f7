import { setTimeout as pause } from 'node:timers/promises';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Replicas, startReplicas } from '../support/replicas.js';
import type { RunningServer } from '../support/server.js';
import { newService, serviceWith } from '../support/services.js';
import { managementTenant, type Tenant } from '../support/tenant.js';

let replicas: Replicas;
let first: RunningServer;
let second: RunningServer;
let operator: Tenant;

beforeAll(async () => {
  replicas = await startReplicas();
  first = await replicas.start();
  second = await replicas.start();
  operator = await managementTenant(first.baseUrl);
});
afterAll(() => replicas?.stop());

/** Threat: a deleted service continues to act where its key is still cached. */
it('a deregistered service’s keys die at once on every replica', async () => {
  const service = await newService(operator);
  const elsewhere = serviceWith(second.baseUrl, service.prefix, service.accessKey);
  for (const { clients } of [service, elsewhere]) await clients.sts.send(new GetCallerIdentityCommand({}));
  expect((await operator.rest.delete(`/v1/services/${service.prefix}`)).status).toBe(204);
  const refused = { name: 'InvalidClientTokenId' };
  await expect(service.clients.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject(refused);
  // The notification takes milliseconds; it carries the epoch.
  await expect(untilRefused(() => elsewhere.clients.sts.send(new GetCallerIdentityCommand({})))).rejects.toMatchObject(
    refused,
  );
});

it('a service that is registered again has none of the old keys, and a new principal is in force everywhere', async () => {
  const service = await newService(operator);
  await operator.rest.delete(`/v1/services/${service.prefix}`);
  const again = await newService(operator, service.prefix);
  const refused = { name: 'InvalidClientTokenId' };
  await expect(service.clients.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject(refused);
  const elsewhere = serviceWith(second.baseUrl, again.prefix, again.accessKey);
  expect((await elsewhere.clients.sts.send(new GetCallerIdentityCommand({}))).UserId).toBe(again.principal);
});

it('the last use of a key is noted, from whichever replica', async () => {
  const service = await newService(operator);
  const third = await replicas.start();
  await serviceWith(third.baseUrl, service.prefix, service.accessKey).clients.sts.send(
    new GetCallerIdentityCommand({}),
  );
  // A server writes its pending records before it ends.
  await third.stop();
  const { body } = await operator.rest.get(`/v1/services/${service.prefix}/access-keys`);
  expect(body.accessKeyMetadata).toMatchObject([{ lastUsedService: 'sts', lastUsedDate: expect.any(String) }]);
});

/** Calls until it fails. */
async function untilRefused(call: () => Promise<unknown>): Promise<never> {
  for (;;) {
    await call();
    await pause(20);
  }
}
