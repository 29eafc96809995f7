/**
 * Prepares a checkout for the server: installs dependencies, generates the Prisma client, compiles the sources. Each
 * step runs only if its inputs have changed, so a second start takes a second or two.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled } from './lib/installed.mjs';
import { withLock } from './lib/lock.mjs';
import { hashFiles, inProject, readText, run } from './lib/project.mjs';

const steps = [
  { title: 'Installing dependencies', isDone: isInstalled, perform: install },
  {
    title: 'Generating the Prisma client',
    inputs: () =>
      hashFiles([inProject('prisma', 'schema'), inProject('prisma.config.ts'), inProject('package-lock.json')]),
    // Next to its result, so that removing the result removes the stamp.
    stamp: inProject('src', 'generated', 'prisma', '.inputs'),
    perform: generate,
  },
  {
    title: 'Compiling the packages',
    inputs: () => hashSources(['packages']),
    // Beside a result that none of them is without.
    stamp: inProject('packages', 'policy-engine', 'dist', '.inputs'),
    perform: () => node(['node_modules/typescript/bin/tsc', '-b', 'packages']),
  },
  {
    title: 'Compiling',
    inputs: () => hashSources(['src', 'packages', 'tsconfig.build.json']),
    stamp: inProject('dist', '.inputs'),
    perform: () => node(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']),
  },
];

function hashSources(paths) {
  return hashFiles(
    [...paths, 'tsconfig.json', 'package-lock.json'].map((path) => inProject(path)),
    (path) => ['dist', 'test', 'node_modules', '.inputs'].includes(basename(path)) || path.endsWith('.spec.ts'),
  );
}

/** @throws Error with the failed command's output */
export async function prepare() {
  assertNodeVersion();
  if (!steps.some(isNeeded)) return;
  // Not in node_modules, which npm empties.
  const lockFile = inProject('dist', '.prepare.lock');
  await withLock(lockFile, () => console.log('Waiting for another preparation of this checkout …'), performSteps);
}

async function performSteps() {
  for (const step of steps) {
    if (!isNeeded(step)) continue;
    const inputs = step.inputs?.();
    console.log(`${step.title} …`);
    const started = performance.now();
    const { code, output } = await step.perform();
    if (code !== 0) throw new Error(`${step.title} failed:\n${output.trim()}`);
    if (step.stamp) writeFileSync(step.stamp, inputs);
    console.log(`${step.title}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
}

function isNeeded(step) {
  return step.isDone ? !step.isDone() : readText(step.stamp) !== step.inputs();
}

function install() {
  // Also if NODE_ENV=production would exclude the compiler. Package scripts are not run: none is needed, and Prisma's
  // would download an engine that is not used.
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const npm = process.env.npm_execpath;
  // The npm that runs this script, if there is one, so that the versions are the same.
  return npm?.endsWith('.js') ? node([npm, ...args]) : run('npm', args);
}

function generate() {
  mkdirSync(inProject('src', 'generated', 'prisma'), { recursive: true });
  return node(['node_modules/prisma/build/index.js', 'generate'], {
    // Any program is sufficient: generating does not use the engine, but Prisma would download it first.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  });
}

function node(args, environment) {
  return run(process.execPath, args, environment);
}

function assertNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`Gatehouse needs Node.js 20.19 or later; this is ${process.versions.node}.`);
}

if (process.argv[1] && existsSync(process.argv[1]) && fileURLToPath(import.meta.url) === process.argv[1]) {
  await prepareOrExit();
}

/** For commands: reports errors without a stack trace. */
export async function prepareOrExit() {
  try {
    await prepare();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
