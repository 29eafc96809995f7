/** `npm test`: prepares the checkout if necessary, then runs Jest. `npm test -- <arguments>` passes them through. */
import { spawn } from 'node:child_process';
import { inProject, root } from './lib/project.mjs';
import { prepareOrExit } from './prepare.mjs';

await prepareOrExit();

// Jest runs ECMAScript modules through Node's experimental API. Set as an option, not an argument, so that workers have
// it too.
const options = [process.env.NODE_OPTIONS, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
const jest = spawn(process.execPath, [inProject('node_modules', 'jest', 'bin', 'jest.js'), ...process.argv.slice(2)], {
  cwd: root,
  env: { ...process.env, NODE_OPTIONS: options.filter(Boolean).join(' ') },
  stdio: 'inherit',
});
// The terminal sends Ctrl-C to both; Jest then ends, and so does this process.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => jest.kill('SIGTERM'));
jest.on('exit', (code) => process.exit(code ?? 1));
