/** `npm run check`: all checks of the sources except the tests. */
import { run } from './lib/project.mjs';
import { prepareOrExit } from './prepare.mjs';

await prepareOrExit();

const checks = [
  'types',
  'lint',
  'cycles',
  'format:check',
  'unused',
  'lock-file',
  'migrations',
  'coverage-table',
  'architecture-table',
  'settings-table',
  'endpoint-table',
  'decision-records',
];
let failed = 0;
for (const check of checks) {
  const started = performance.now();
  const { code, output } = await run('npm', ['run', '--silent', check]);
  console.log(`${code === 0 ? 'passed' : 'FAILED'}  ${check} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (code !== 0) {
    failed++;
    console.log(output.trim());
  }
}
process.exit(failed === 0 ? 0 : 1);
