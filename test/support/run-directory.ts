import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopPostmaster } from '../../src/kernel/database/embedded/postmaster.js';

const variable = 'TEST_RUN_DIRECTORY';

/** Number of Jest projects that use the folder; their set-ups and tear-downs all run in one process. */
const holder = globalThis as { gatehouseTestProjects?: number };

/** Creates the single folder for everything that a test run writes to disk. Call it in a project's global set-up. */
export async function openRunDirectory(): Promise<void> {
  holder.gatehouseTestProjects = (holder.gatehouseTestProjects ?? 0) + 1;
  if (process.env[variable]) return;
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  // As root, PostgreSQL runs as another user, who must be able to pass through.
  await chmod(directory, 0o755);
  process.env[variable] = directory;
}

/** After the last project: removes everything that a failed test left, including PostgreSQL processes and files. */
export async function closeRunDirectory(): Promise<void> {
  holder.gatehouseTestProjects = (holder.gatehouseTestProjects ?? 1) - 1;
  if (holder.gatehouseTestProjects > 0) return;
  const data = join(runDirectory(), 'data');
  for (const name of await readdir(data).catch(() => [])) await removeDataDirectory(join(data, name));
  await rm(runDirectory(), { recursive: true, force: true });
}

export function runDirectory(): string {
  const directory = process.env[variable];
  if (!directory) throw new Error('No run directory: this Jest project lacks its globalSetup');
  return directory;
}

/** A new, empty data directory. */
export async function newDataDirectory(): Promise<string> {
  const parent = join(runDirectory(), 'data');
  await mkdir(parent, { recursive: true, mode: 0o755 });
  return mkdtemp(join(parent, 'd-'));
}

/** Stops the embedded PostgreSQL of a data directory, if one runs, whoever started it, and removes the directory. */
export async function removeDataDirectory(directory: string): Promise<void> {
  await stopPostmaster(join(directory, 'postgres', 'cluster'));
  await rm(directory, { recursive: true, force: true });
}
