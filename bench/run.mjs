/**
 * `npm run bench` runs every benchmark, `npm run bench -- engine` a single one. Each folder here is a benchmark, with
 * main.ts as its entry point.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareOrExit } from '../scripts/prepare.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const known = readdirSync(folder).filter((name) => existsSync(`${folder}${name}/main.ts`));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(1);
}
await prepareOrExit();
let status = 0;
for (const name of wanted.length > 0 ? wanted : known) {
  console.log(`\n# ${name}\n`);
  // Heap figures require calls of the garbage collector.
  const run = spawnSync(process.execPath, ['--expose-gc', '--import', 'tsx', `${folder}${name}/main.ts`], {
    stdio: 'inherit',
  });
  status ||= run.status ?? 1;
}
process.exit(status);
