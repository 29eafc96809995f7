/**
 * `npm run architecture-table`            are the layers of docs/architecture.md those of layers.js?
 * `npm run architecture-table -- write`   writes them
 */
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { layers } from '../layers.js';
import { inProject, readText } from './lib/project.mjs';

const [verb] = process.argv.slice(2);
if (verb !== undefined && verb !== 'write') {
  console.error('Usage: npm run architecture-table [-- write]');
  process.exit(2);
}

const BEGIN = '<!-- layers: written by npm run architecture-table -- write -->';
const END = '<!-- end of layers -->';

const file = inProject('docs', 'architecture.md');
const current = readText(file);
const begin = current.indexOf(BEGIN);
const end = current.indexOf(END);
if (begin < 0 || end < begin) throw new Error(`docs/architecture.md lacks ${BEGIN} … ${END}`);

const rows = [...layers].reverse().map(({ name, folder, holds }) => `| ${name} | \`${folder}\` | ${holds} |`);
const table = ['| layer | folder | holds |', '| --- | --- | --- |', ...rows].join('\n');
const text = `${current.slice(0, begin)}${BEGIN}\n\n${table}\n\n${current.slice(end)}`;
const formatted = await format(text, { ...(await resolveConfig(file)), filepath: file });
if (verb === 'write') writeFileSync(file, formatted);
else if (current !== formatted) {
  console.error('docs/architecture.md is stale: npm run architecture-table -- write');
  process.exitCode = 1;
}
