/**
 * `npm run coverage-table`            is docs/coverage.md what the sources say?
 * `npm run coverage-table -- write`   writes it
 *
 * The operations are those of the installed AWS SDKs; whether one is built, the compiled controllers say.
 */
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { inProject, readText } from './lib/project.mjs';
import { describeComparison } from './lib/recorded-answers.mjs';
import { prepareOrExit } from './prepare.mjs';

const [verb] = process.argv.slice(2);
if (verb !== undefined && verb !== 'write') {
  console.error('Usage: npm run coverage-table [-- write]');
  process.exit(2);
}
await prepareOrExit();
const { declaredOperations } = await import('./lib/operations.mjs');

const services = [
  { title: 'IAM', prefix: 'iam', sdk: '@aws-sdk/client-iam' },
  { title: 'STS', prefix: 'sts', sdk: '@aws-sdk/client-sts' },
];

const file = inProject('docs', 'coverage.md');
const text = await format(await describeCoverage(), { ...(await resolveConfig(file)), filepath: file });
if (verb === 'write') writeFileSync(file, text);
else if (readText(file) !== text) {
  console.error('docs/coverage.md is stale: npm run coverage-table -- write');
  process.exitCode = 1;
}

async function describeCoverage() {
  const declared = await declaredOperations();
  const sections = [];
  for (const service of services) sections.push(await describeService(service, declared));
  const known = new Set(services.map(({ prefix }) => prefix));
  const own = [...declared.values()].filter(({ name }) => !known.has(name.split(':')[0]));
  return [
    '# Coverage',
    'Made by `npm run coverage-table -- write` from the operations of the AWS SDKs and those that the server declares; `npm run check` fails when it is stale.',
    ...sections,
    '## Ours alone',
    table(
      ['operation', 'REST'],
      own.sort(byName).map(({ name, route }) => [code(name), code(route)]),
    ),
    describeComparison(table),
  ].join('\n\n');
}

async function describeService({ title, prefix, sdk }, declared) {
  const actions = await actionsOf(sdk);
  const rows = actions.map((action) => {
    const operation = declared.get(`${prefix}:${action}`);
    return [action, operation ? 'built' : 'not built yet', operation ? code(operation.route) : ''];
  });
  const built = rows.filter(([, state]) => state === 'built').length;
  return `## ${title}: ${built} of ${rows.length}\n\n${table(['operation', '', 'REST'], rows)}`;
}

/** The commands of an AWS SDK client are its operations. */
async function actionsOf(sdk) {
  const exported = Object.keys(await import(sdk));
  return exported
    .filter((name) => name.endsWith('Command') && !name.startsWith('$'))
    .map((name) => name.slice(0, -'Command'.length))
    .sort();
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function code(words) {
  return `\`${words}\``;
}

function byName(left, right) {
  return left.name.localeCompare(right.name);
}
