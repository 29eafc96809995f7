import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { GetUserCommand } from '@aws-sdk/client-iam';
import { untilLinkIs } from '../support/replicas.js';
import { type RunningServer, startServer } from '../support/server.js';
import { allow, newTenant } from '../support/tenant.js';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ environment: { WORKERS: '3', GATEHOUSE_LAST_USED_SECONDS: '300' } });
  // The first worker listens before the others do.
  await until(() => workers().length === 3 && server.output().includes('Gatehouse is ready'));
});
afterAll(() => server?.stop());

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`The condition was not met in time:\n${server.output()}`);
    await pause(50);
  }
}

/** Process IDs of the Node.js processes that the server has started. */
function workers(): number[] {
  const { pid } = server.process;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.map(Number).filter((child) => {
    try {
      return readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('main.js');
    } catch {
      return false;
    }
  });
}

const metrics = async () => (await fetch(`${server.baseUrl}/metrics`)).text();

it('share a port, a database and the news of changes', async () => {
  expect(server.output().match(/Gatehouse is ready/g)).toHaveLength(1);
  const tenant = await newTenant(server.baseUrl);
  const { iam } = await tenant.addUser('ana', allow('iam:GetUser'));
  // Each call may reach another process, because connections are distributed.
  const calls = () => Promise.allSettled(Array.from({ length: 30 }, () => iam.send(new GetUserCommand({}))));
  const outcomes = await calls();
  expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'fulfilled'));
  await tenant.rest.delete('/v1/users/ana/policies/test');
  await pause(3_000);
  const after = await calls();
  expect(after.map(({ status }) => status)).toEqual(after.map(() => 'rejected'));
});

it('count as one', async () => {
  await untilLinkIs('up', server.baseUrl);
  const total = (text: string) =>
    Number(
      /gatehouse_operations_total\{operation="gatehouse:CreateAccount",outcome="succeeded"\} (\d+)/.exec(text)?.[1] ??
        0,
    );
  const before = total(await metrics());
  for (let count = 0; count < 6; count += 1) await newTenant(server.baseUrl);
  expect(total(await metrics())).toBe(before + 6);
});

it('are replaced when they end', async () => {
  const [victim] = workers();
  process.kill(victim!, 'SIGKILL');
  // The output of a process arrives here later than its children appear.
  await until(() => server.output().includes('a worker process ended and is being replaced'));
  await until(() => workers().length === 3 && !workers().includes(victim!));
  await newTenant(server.baseUrl);
});

it('end together, and the database with them', async () => {
  const all = workers();
  const { code } = await server.stop();
  expect(code).toBe(0);
  for (const pid of all) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
