/**
 * `npm run migrations`               do the migrations make what prisma/schema says, and can each be applied while the
 *                                    version before runs (docs/operating.md, "Updating without downtime")?
 * `npm run migrations -- add <name>` writes what is missing as a new migration, to be completed by hand
 *
 * All migrations are applied to a new embedded database that is thrown away.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProject } from './lib/project.mjs';
import { prepareOrExit } from './prepare.mjs';

const [verb, name] = process.argv.slice(2);
if (verb !== undefined && (verb !== 'add' || !/^[a-z0-9_]+$/.test(name ?? ''))) {
  console.error('Usage: npm run migrations [-- add <name_in_lower_case>]');
  process.exit(2);
}
await prepareOrExit();

const problems = await findProblems();
if (problems.length > 0) {
  console.error(`Not without downtime:\n\n${problems.join('\n')}`);
  process.exitCode = 1;
}

const missing = await findMissing();
if (missing === '') console.log('The migrations match the schema.');
else if (verb === 'add') add(missing);
else {
  console.error(
    `The migrations do not match prisma/schema. Missing ("npm run migrations -- add <name>"):\n\n${missing}`,
  );
  process.exitCode = 1;
}

async function findProblems() {
  const { migrationProblems } = await import('../dist/kernel/database/migrations/migration-rule.js');
  const root = inProject('prisma', 'migrations');
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.flatMap(({ name: folder }) =>
    migrationProblems(folder, readFileSync(join(root, folder, 'migration.sql'), 'utf8')).map(
      (problem) => `${folder}: ${problem}`,
    ),
  );
}

async function findMissing() {
  // Imported late, because they may not exist before the preparation.
  const { EmbeddedPostgres } = await import('../dist/kernel/database/embedded/embedded-postgres.js');
  const { prepareDatabase } = await import('../dist/kernel/database/prepare.js');
  const { diffToSchema } = await import('./lib/schema-engine.mjs');
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-migrations-'));
  const embedded = new EmbeddedPostgres(directory, { fsync: 'off' });
  try {
    const login = await embedded.start();
    await prepareDatabase(login);
    return await diffToSchema(login);
  } finally {
    await embedded.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

function add(sql) {
  const timestamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const directory = inProject('prisma', 'migrations', `${timestamp}_${name}`);
  mkdirSync(directory);
  writeFileSync(join(directory, 'migration.sql'), sql);
  console.log(`Wrote ${directory}/migration.sql. Give each new table its row security at the end:`);
  console.log(`  SELECT gatehouse_protect_tenant_table('<table>');`);
}
