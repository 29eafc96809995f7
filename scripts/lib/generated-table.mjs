import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { inProject, readText } from './project.mjs';

/**
 * A part of a page that a command writes and `npm run check` checks. In the page it stands between two comments:
 * `<!-- settings: written by npm run settings-table -- write -->` and `<!-- end of settings -->`.
 *
 * @param {string} page in docs
 * @param {string} subject as the comments name it
 * @param {string} command of package.json; with the argument `write` it writes the part
 * @param {string} content Markdown
 */
export async function checkOrWrite(page, subject, command, content) {
  const begin = `<!-- ${subject}: written by npm run ${command} -- write -->`;
  const end = `<!-- end of ${subject} -->`;
  const file = inProject('docs', page);
  const current = readText(file);
  const from = current.indexOf(begin);
  const to = current.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/${page} lacks ${begin} … ${end}`);
  const text = `${current.slice(0, from)}${begin}\n\n${content}\n\n${current.slice(to)}`;
  const formatted = await format(text, { ...(await resolveConfig(file)), filepath: file });
  if (process.argv[2] === 'write') writeFileSync(file, formatted);
  else if (current !== formatted) {
    console.error(`docs/${page} is stale: npm run ${command} -- write`);
    process.exitCode = 1;
  }
}

/** Ends the process for arguments that such a command does not have. */
export function requireUsage(command) {
  const [verb] = process.argv.slice(2);
  if (verb === undefined || verb === 'write') return;
  console.error(`Usage: npm run ${command} [-- write]`);
  process.exit(2);
}

/** @param {readonly (readonly string[])[]} rows */
export function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
