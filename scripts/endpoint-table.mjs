/**
 * `npm run endpoint-table`            is docs/endpoints.md what the sources say?
 * `npm run endpoint-table -- write`   writes it
 *
 * The file says who may reach every endpoint: a change of it is reviewed as a change of permissions.
 */
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { inProject, readText } from './lib/project.mjs';
import { prepareOrExit } from './prepare.mjs';

const [verb] = process.argv.slice(2);
if (verb !== undefined && verb !== 'write') {
  console.error('Usage: npm run endpoint-table [-- write]');
  process.exit(2);
}
const CALLERS = {
  authorized: 'callers with the permission',
  authenticated: 'every caller',
  management: 'callers of the management account with the permission',
  service: 'services of the platform',
  signUp: 'callers with the permission; strangers while sign-up is open',
};

const STEP_UPS = { '': '', ownIdentity: 'for the own user', always: 'always' };

await prepareOrExit();
const { declaredOperations, publicRoutes } = await import('./lib/operations.mjs');

const file = inProject('docs', 'endpoints.md');
const text = await format(await describeEndpoints(), { ...(await resolveConfig(file)), filepath: file });
if (verb === 'write') writeFileSync(file, text);
else if (readText(file) !== text) {
  console.error(
    'docs/endpoints.md is stale: npm run endpoint-table -- write, and review it as a change of permissions',
  );
  process.exitCode = 1;
}

async function describeEndpoints() {
  const operations = [...(await declaredOperations()).values()].sort(byRoute);
  const isForCallers = ({ access }) => access !== 'credential' && access !== 'public';
  return [
    '# Endpoints',
    'Made by `npm run endpoint-table -- write` from the declarations of the operations; `npm run check` fails when it is stale. A change of this file is a change of who may do what. `iam:`, `sts:`, `cloudtrail:` and `tag:` operations are also reached through the AWS protocols at `POST /`, with Signature Version 4 only.',
    '## Operations',
    'For callers.',
    table(
      ['endpoint', 'permission', 'who may call it', 'access level', 'effect', 'step-up'],
      operations.filter(isForCallers).map(toRow),
    ),
    '## Operations with a credential of their own',
    'Open to everyone who presents the credential. Attempts are counted as the throttle says; without a credential, every request is.',
    table(
      ['endpoint', 'operation', 'credential', 'throttle', 'effect'],
      operations.filter((operation) => !isForCallers(operation)).map(toCredentialRow),
    ),
    '## Public routes',
    'Open to everyone: pages, probes and key sets.',
    (await publicRoutes())
      .sort()
      .map((route) => `- \`${route}\``)
      .join('\n'),
  ].join('\n\n');
}

function toRow(operation) {
  const { route, name, permission = name, access = 'authorized', accessLevel, stepUp = '' } = operation;
  const needed = access === 'authenticated' ? 'none' : code(permission);
  return [code(route), needed, CALLERS[access], accessLevel, effectOf(operation), STEP_UPS[stepUp]];
}

function toCredentialRow({ route, name, credential = 'none', throttle = [], effect = '' }) {
  return [code(route), code(name), credential, [throttle].flat().join(', '), effect];
}

/** As the registry of operations does it. */
function effectOf({ effect, accessLevel }) {
  return effect ?? (accessLevel === 'List' || accessLevel === 'Read' ? 'reads' : 'changesDecisions');
}

function byRoute(left, right) {
  const [leftMethod, leftPath] = left.route.split(' ');
  const [rightMethod, rightPath] = right.route.split(' ');
  return leftPath.localeCompare(rightPath) || leftMethod.localeCompare(rightMethod);
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function code(words) {
  return `\`${words}\``;
}
