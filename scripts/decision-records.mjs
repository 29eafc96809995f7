/**
 * `npm run decision-records`: are the records in docs/decisions numbered without gaps, all in one format, and do the
 * links to them lead somewhere? docs/decisions/0001-one-pipeline.md shows the format.
 */
import { readdirSync } from 'node:fs';
import { inProject, readText } from './lib/project.mjs';

const PARTS = /^Context Decision (?:Rejected )?Consequences$/;

const names = readdirSync(inProject('docs', 'decisions')).sort();
const problems = [...names.flatMap(problemsOf), ...markdownFiles().flatMap(brokenLinksOf)];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function problemsOf(name, index) {
  const number = index + 1;
  const text = readText(inProject('docs', 'decisions', name));
  const parts = [...text.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, part]) => part);
  return [
    /^\d{4}-[a-z0-9-]+\.md$/.test(name) && Number(name.slice(0, 4)) === number
      ? []
      : `${name}: the number of this record must be ${number}`,
    text.startsWith(`# ${number}. `) ? [] : `${name}: the title must begin with "# ${number}. "`,
    PARTS.test(parts.join(' '))
      ? []
      : `${name}: the parts must be Context, Decision, perhaps Rejected, and Consequences`,
  ].flat();
}

/** Of the documentation and of the folders of the source. */
function markdownFiles() {
  const folders = ['docs', 'src', 'packages', 'test'];
  const within = folders.flatMap((folder) =>
    readdirSync(inProject(folder), { recursive: true }).map((path) => `${folder}/${path}`),
  );
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...within].filter(
    (path) => path.endsWith('.md') && !path.includes('node_modules'),
  );
}

function brokenLinksOf(file) {
  const links = [...readText(inProject(...file.split('/'))).matchAll(/decisions\/(\d{4}[\w-]*\.md)/g)];
  return links.filter(([, name]) => !names.includes(name)).map(([link]) => `${file}: ${link} does not exist`);
}
