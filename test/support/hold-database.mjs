/** A process that runs the embedded PostgreSQL of the data directory in its argument until it is killed. */
import { tsImport } from 'tsx/esm/api';

const { EmbeddedPostgres } = await tsImport('../../src/kernel/database/embedded/embedded-postgres.ts', import.meta.url);
const embedded = new EmbeddedPostgres(process.argv[2]);
try {
  await embedded.start();
  console.log('started');
  setInterval(() => undefined, 1_000);
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
}
