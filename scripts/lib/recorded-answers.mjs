import { readdirSync, readFileSync } from 'node:fs';
import { inProject } from './project.mjs';

const folder = inProject('test', 'aws-answers', 'recorded');
const read = (...path) => JSON.parse(readFileSync(inProject('test', 'aws-answers', ...path), 'utf8'));

/**
 * What was compared with recorded responses of AWS, and where Gatehouse intentionally differs; test/aws-answers tests
 * both.
 *
 * @param {(head: string[], rows: string[][]) => string} table writes a table in Markdown
 */
export function describeComparison(table) {
  const subjects = readdirSync(folder).map((file) => read('recorded', file));
  const steps = subjects.flatMap(({ scenarios }) => scenarios.flatMap((scenario) => scenario.steps));
  const compared = steps.filter(({ answer, error }) => answer ?? error);
  const sources = [...new Set(subjects.flatMap((subject) => subject.sources))].sort();
  const found = steps
    .filter(({ differs }) => differs)
    .map(({ call, differs, answer, error, here }) => [
      call,
      brief(error ?? answer),
      brief(here.error ?? here.answer),
      differs,
    ]);
  const known = read('differences.json').map(({ what, aws, here, why }) => [what, aws, here, why]);
  return [
    "## Compared with AWS's recorded answers",
    `${compared.length} answers of ${new Set(compared.map(({ call }) => call)).size} operations, as AWS gave them: code, status and message of errors, every member of successes. \`test/aws-answers\` calls the server through the AWS SDK and compares. Sources:`,
    sources.map((source) => `- ${source}`).join('\n'),
    table(['operation', 'successes', 'errors'], countsOf(compared)),
    '## Where Gatehouse differs on purpose',
    table(['what', 'AWS', 'here', 'why'], [...known, ...found]),
  ].join('\n\n');
}

function countsOf(compared) {
  const operations = [...new Set(compared.map(({ call }) => call))].sort();
  return operations.map((operation) => {
    const own = compared.filter(({ call }) => call === operation);
    const errors = own.filter(({ error }) => error).length;
    return [operation, String(own.length - errors), String(errors)];
  });
}

function brief(outcome) {
  const text = Array.isArray(outcome) ? `${outcome[0]}: ${outcome[2]}` : JSON.stringify(outcome);
  return `\`${text.length > 160 ? `${text.slice(0, 160)}…` : text}\``;
}
