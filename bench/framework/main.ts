/**
 * `npm run bench -- framework`: the cost of a request in the framework before Gatehouse does anything. Minimal servers
 * return the same response in turns (ROUNDS of SECONDS each, CONNECTIONS connections); figures are fractions of a bare
 * Fastify route. Decision 31 is based on this table.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type LoadRequest, median, shoot } from '../data-plane/load.js';
import { PATH, SERVERS, type ServerName } from './answer.js';

const rounds = Number(process.env.ROUNDS ?? 3);
const question: LoadRequest = {
  path: PATH,
  headers: { 'content-type': 'application/json', authorization: `Bearer ${'x'.repeat(500)}` },
  body: JSON.stringify({
    subject: { type: 'principal', id: 'arn:aws:iam::123456789012:user/buyer' },
    action: { name: 'orders:GetOrder' },
    resource: { type: 'order', id: 'arn:aws:orders::123456789012:order/42' },
  }),
};

const servers = await Promise.all((Object.keys(SERVERS) as ServerName[]).map(startServer));
try {
  for (const { url } of servers) await shoot(url, [question]);
  for (let round = 0; round < rounds; round += 1) {
    for (const { url, rates } of servers) rates.push((await shoot(url, [question])).requests.average);
  }
} finally {
  for (const { stop } of servers) stop();
}

const bare = median(servers[0]!.rates);
console.log('| server | a second | share of the bare route |');
console.log('| --- | --- | --- |');
for (const { name, rates } of servers) {
  console.log(`| ${SERVERS[name]} | ${median(rates).toFixed(0)} | ${(median(rates) / bare).toFixed(2)} |`);
}

async function startServer(name: ServerName) {
  const path = fileURLToPath(new URL('servers.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, name], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { name, url: line.toString().trim(), rates: [] as number[], stop: () => child.stdin.end() };
}
