import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { accessTokenOf } from '../support/decisions.js';
import { type Replicas, startReplicas } from '../support/replicas.js';
import { RestClient } from '../support/rest-client.js';
import type { RunningServer } from '../support/server.js';
import { allow, awsClients, newTenant, type Tenant } from '../support/tenant.js';

/** Two servers with different clocks on one database. */

let replicas: Replicas;
let right: RunningServer;
let ahead: RunningServer;
let clockFile: string;
let tenant: Tenant;

const setAhead = (seconds: number) => writeFileSync(clockFile, String(seconds * 1000));

beforeAll(async () => {
  replicas = await startReplicas();
  clockFile = join(replicas.database.dataDirectory, 'clock');
  setAhead(0);
  right = await replicas.start();
  const preload = new URL('../support/shifted-clock.mjs', import.meta.url).href;
  ahead = await replicas.start({ NODE_OPTIONS: `--import=${preload}`, CLOCK_FILE: clockFile });
  tenant = await newTenant(right.baseUrl);
});
afterAll(() => replicas?.stop());

const signOn = ({ baseUrl }: RunningServer, key: Tenant['accessKey']) =>
  awsClients(baseUrl, key).sts.send(new GetCallerIdentityCommand({}));
const statusOf = async ({ baseUrl }: RunningServer, token: string) =>
  (await new RestClient(baseUrl, token).get('/v1/session')).status;

it('minutes apart, tokens and signatures of one are good on the other', async () => {
  setAhead(300);
  for (const [issuer, other] of [
    [right, ahead],
    [ahead, right],
  ] as const) {
    const token = await accessTokenOf(issuer.baseUrl, tenant.email, tenant.password);
    expect(await statusOf(other, token)).toBe(200);
  }
  expect((await signOn(ahead, tenant.accessKey)).Account).toBe(tenant.accountId);
});

it('further apart than they last, the server that is ahead refuses them, and the other goes on', async () => {
  setAhead(0);
  const token = await accessTokenOf(right.baseUrl, tenant.email, tenant.password);
  setAhead(1000);
  expect(await statusOf(ahead, token)).toBe(401);
  expect(await statusOf(right, token)).toBe(200);
  await expect(signOn(ahead, tenant.accessKey)).rejects.toMatchObject({
    name: expect.stringMatching(/SignatureDoesNotMatch|RequestExpired/),
  });
  expect((await signOn(right, tenant.accessKey)).Account).toBe(tenant.accountId);
});

/** Threat: a clock that jumps makes cached data appear current. */
it('a revocation holds on a server whose clock jumps to and fro', async () => {
  setAhead(0);
  const { userName, accessKey } = await tenant.addUser('leaver', allow('iam:*'));
  for (const server of [right, ahead]) await signOn(server, accessKey);
  setAhead(-300);
  const { status } = await tenant.rest.delete(`/v1/access-keys/${accessKey.accessKeyId}?userName=${userName}`);
  expect(status).toBe(204);
  // Fails through the test's own timeout.
  while (
    await signOn(ahead, accessKey).then(
      () => true,
      () => false,
    )
  )
    await pause(10);
  setAhead(300);
  await expect(signOn(ahead, accessKey)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
});
