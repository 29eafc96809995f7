/**
 * `npm run bench -- hot-account`: an account with USERS (5000) users whose policies change constantly, CHANGES (5) per
 * second. One client requests decisions about random users, one question after the other, alternating between no
 * changes and changes (ROUNDS of SECONDS each). Every change invalidates the cached principals of the account, so the
 * next question about each user is cold. Goal: the mean time of a decision within 2 times of that without changes.
 */
import { startReplicas } from '../../test/support/replicas.js';
import { closeRunDirectory, openRunDirectory } from '../../test/support/run-directory.js';
import { allow, newTenant, type Tenant } from '../../test/support/tenant.js';

const users = Number(process.env.USERS ?? 5_000);
const changes = Number(process.env.CHANGES ?? 5);
const rounds = Number(process.env.ROUNDS ?? 3);
const seconds = Number(process.env.SECONDS ?? 8);

await openRunDirectory();
const replicas = await startReplicas();
try {
  const server = await replicas.start({ LOG_LEVEL: 'warn' });
  const tenant = await newTenant(server.baseUrl);
  await addUsers(tenant);
  await ask(tenant, seconds, () => true);
  const quiet: number[] = [];
  const changing: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    quiet.push(...(await ask(tenant, seconds, () => true)));
    const stop = keepChanging(tenant);
    changing.push(...(await ask(tenant, seconds, () => true)));
    await stop();
  }
  console.log('| the account | decisions | mean | p50 | p99 |');
  console.log('| --- | --- | --- | --- | --- |');
  print('quiet', quiet);
  print(`${changes} changes a second`, changing);
  const ratio = mean(changing) / mean(quiet);
  console.log(`\nMean: ${ratio.toFixed(2)} × (goal: 2 ×), ${ratio <= 2 ? 'met' : 'NOT met'}`);
} finally {
  await replicas.stop();
  await closeRunDirectory();
}

async function addUsers(tenant: Tenant): Promise<void> {
  const document = JSON.stringify(allow('orders:Get*'));
  await tenant.rest.post('/v1/groups', { groupName: 'everyone' });
  await tenant.rest.put('/v1/groups/everyone/policies/orders', { policyDocument: document });
  for (let number = 0; number < users; number += 1) {
    const userName = `user-${number}`;
    await tenant.rest.post('/v1/users', { userName });
    await tenant.rest.put(`/v1/groups/everyone/users/${userName}`);
    if (number % 100 === 99) process.stderr.write(`\rMaking user ${number + 1} of ${users} …   `);
  }
  process.stderr.write('\n');
}

/** @returns milliseconds of each decision */
async function ask(tenant: Tenant, forSeconds: number, isAllowed: () => boolean): Promise<number[]> {
  const until = performance.now() + forSeconds * 1000;
  const times: number[] = [];
  while (performance.now() < until) {
    const startedAt = performance.now();
    const { body } = await tenant.rest.post('/access/v1/evaluation', {
      subject: {
        type: 'principal',
        id: `arn:aws:iam::${tenant.accountId}:user/user-${Math.floor(Math.random() * users)}`,
      },
      action: { name: 'orders:GetOrder' },
      resource: { type: 'order', id: `arn:aws:orders:eu-1:${tenant.accountId}:order/1` },
    });
    times.push(performance.now() - startedAt);
    if (body.decision !== isAllowed()) throw new Error(JSON.stringify(body));
  }
  return times;
}

/** Changes policies of random users. @returns stops after the change in progress */
function keepChanging(tenant: Tenant): () => Promise<void> {
  let isOver = false;
  let underWay = Promise.resolve();
  const timer = setInterval(() => {
    underWay = underWay.then(async () => {
      if (isOver) return;
      const user = Math.floor(Math.random() * users);
      const policyDocument = JSON.stringify(allow(`orders:List${user}`));
      const { status } = await tenant.rest.put(`/v1/users/user-${user}/policies/own`, { policyDocument });
      if (status >= 300) throw new Error(`A change was refused: ${status}`);
    });
  }, 1000 / changes);
  return () => {
    isOver = true;
    clearInterval(timer);
    return underWay;
  };
}

function print(name: string, times: readonly number[]): void {
  const sorted = [...times].sort((left, right) => left - right);
  const at = (share: number) => `${sorted[Math.floor(sorted.length * share)]!.toFixed(2)} ms`;
  console.log(`| ${name} | ${times.length} | ${mean(times).toFixed(2)} ms | ${at(0.5)} | ${at(0.99)} |`);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
