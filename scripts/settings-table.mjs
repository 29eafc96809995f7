/**
 * `npm run settings-table`            are the settings of docs/operating.md those of src/kernel/config/variables.ts?
 * `npm run settings-table -- write`   writes them
 */
import { checkOrWrite, requireUsage, table } from './lib/generated-table.mjs';
import { prepareOrExit } from './prepare.mjs';

const COMMAND = 'settings-table';

requireUsage(COMMAND);
await prepareOrExit();
const { variables } = await import('../dist/kernel/config/variables.js');

const rows = Object.entries(variables).map(([name, { type, meaning, shownDefault = shown(type.parse(undefined)) }]) => [
  `\`${name}\``,
  meaning,
  shownDefault,
]);
await checkOrWrite('operating.md', 'settings', COMMAND, table(['variable', 'meaning', 'default'], rows));

function shown(value) {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return value ?? 'none';
}
