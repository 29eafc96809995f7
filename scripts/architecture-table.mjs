/**
 * `npm run architecture-table`            are the layers of docs/architecture.md those of layers.js?
 * `npm run architecture-table -- write`   writes them
 */
import { layers } from '../layers.js';
import { checkOrWrite, requireUsage, table } from './lib/generated-table.mjs';

const COMMAND = 'architecture-table';

requireUsage(COMMAND);
const rows = [...layers].reverse().map(({ name, folder, holds }) => [name, `\`${folder}\``, holds]);
await checkOrWrite('architecture.md', 'layers', COMMAND, table(['layer', 'folder', 'holds'], rows));
