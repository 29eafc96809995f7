import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { inProject } from './project.mjs';

const require = createRequire(import.meta.url);

/**
 * The SQL that changes a database's tables to those of prisma/schema; empty if they agree.
 *
 * Prisma's schema engine as WebAssembly, because the Prisma CLI downloads its engine from the internet.
 *
 * @param login for node-postgres
 */
export async function diffToSchema(login) {
  const { SchemaEngine } = await loadEngine();
  const files = readSchema();
  const pool = new pg.Pool(login);
  const adapter = bindMigrationAwareSqlAdapterFactory(new CatalogAdapter(pool));
  const options = { datamodels: files.map(({ path, content }) => [path, content]) };
  const engine = await SchemaEngine.new(options, () => undefined, adapter);
  const filters = { externalTables: [], externalEnums: [] };
  const from = { tag: 'schemaDatasource', files, configDir: inProject() };
  const to = { tag: 'schemaDatamodel', files };
  try {
    const { stdout, exitCode } = await engine.diff({ from, to, script: true, exitCode: true, filters });
    return exitCode === 0 ? '' : stdout;
  } finally {
    await pool.end();
  }
}

/**
 * The engine reads PostgreSQL's catalog, whose flags have the one-byte type "char". Prisma's adapter does not know that
 * type and fails, so it is told that they are text, and the engine that they are characters.
 */
class CatalogAdapter extends PrismaPg {
  async connect() {
    const adapter = await super.connect();
    const pool = adapter.underlyingDriver();
    const characterColumns = new Set();
    const query = pool.query.bind(pool);
    pool.query = async (...args) => {
      const result = await query(...args);
      for (const field of result.fields) {
        if (field.dataTypeID !== pg.types.builtins.CHAR) continue;
        field.dataTypeID = pg.types.builtins.TEXT;
        characterColumns.add(field.name);
      }
      return result;
    };
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (sql) => {
      const result = await queryRaw(sql);
      const types = result.columnTypes.map((type, index) =>
        characterColumns.has(result.columnNames[index]) ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes: types };
    };
    return adapter;
  }
}

function readSchema() {
  const directory = inProject('prisma', 'schema');
  return readdirSync(directory)
    .filter((name) => name.endsWith('.prisma'))
    .map((name) => ({ path: `${directory}/${name}`, content: readFileSync(`${directory}/${name}`, 'utf8') }));
}

/** Node 20 cannot import WebAssembly as a module, so it is instantiated by hand. */
async function loadEngine() {
  const glueFile = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const glue = await import(pathToFileURL(glueFile).href);
  const wasm = readFileSync(glueFile.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue;
}
