import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { inProject } from './project.mjs';

const require = createRequire(import.meta.url);

/**
 * The SQL that leads from a database's tables to those of prisma/schema; empty when they agree.
 *
 * Prisma's schema engine as WebAssembly, because the Prisma CLI downloads its engine from the internet.
 *
 * @param login what node-postgres takes
 */
export async function diffToSchema(login) {
  const { SchemaEngine } = await loadEngine();
  const files = readSchema();
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg(login));
  const options = { datamodels: files.map(({ path, content }) => [path, content]) };
  const engine = await SchemaEngine.new(options, () => undefined, adapter);
  const filters = { externalTables: [], externalEnums: [] };
  const from = { tag: 'schemaDatasource', files, configDir: inProject() };
  const { stdout, exitCode } = await engine.diff({
    from,
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: true,
    filters,
  });
  return exitCode === 0 ? '' : stdout;
}

function readSchema() {
  const directory = inProject('prisma', 'schema');
  return readdirSync(directory)
    .filter((name) => name.endsWith('.prisma'))
    .map((name) => ({ path: `${directory}/${name}`, content: readFileSync(`${directory}/${name}`, 'utf8') }));
}

/** Node 20 cannot import WebAssembly as a module, so it is put together by hand. */
async function loadEngine() {
  const glueFile = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const glue = await import(pathToFileURL(glueFile).href);
  const wasm = readFileSync(glueFile.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue;
}
