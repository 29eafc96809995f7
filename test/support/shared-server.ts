import { readFileSync } from 'node:fs';
import { EmbeddedPostgres } from '../../src/kernel/database/embedded/embedded-postgres.js';
import { cheapHashes, localProviders, type RunningServer, startServer } from './server.js';
import { queryAs } from './test-database.js';

/** The state that Jest's global set-up leaves for the tear-down, which runs in the same process. */
const holder = globalThis as { gatehouseTestServer?: RunningServer };

/** Set by the global set-up. Workers get a copy of its environment, through which tests find the server. */
export async function startSharedServer(): Promise<void> {
  const server = await startServer({ environment: { ...cheapHashes, ...localProviders } });
  await forgetDisk(server);
  holder.gatehouseTestServer = server;
  process.env.TEST_SERVER_URL = server.baseUrl;
  process.env.TEST_SERVER_LOG = server.logFile;
  process.env.TEST_SERVER_DATA = server.dataDirectory;
}

/** Nothing in it outlives the run, so nothing must be on disk before it is acknowledged. */
async function forgetDisk({ dataDirectory }: RunningServer): Promise<void> {
  const login = (await EmbeddedPostgres.loginOfRunning(dataDirectory))!;
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    await queryAs(login, `ALTER SYSTEM SET ${setting} = off`);
  }
  await queryAs(login, 'SELECT pg_reload_conf()');
}

/** Called by the global tear-down. */
export async function stopSharedServer(): Promise<void> {
  await holder.gatehouseTestServer?.stop();
}

/** For tests: the shared server. Sign in with `rootUser` of server.ts. Create your own accounts in it. */
export function sharedServer(): { baseUrl: string; dataDirectory: string; output(): string } {
  const { TEST_SERVER_URL: baseUrl, TEST_SERVER_LOG: logFile, TEST_SERVER_DATA: dataDirectory } = process.env;
  if (!baseUrl || !logFile || !dataDirectory)
    throw new Error('No shared server: run the tests of the Jest project "server"');
  return { baseUrl, dataDirectory, output: () => readFileSync(logFile, 'utf8') };
}
