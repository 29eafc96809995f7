import { importSupport } from './import.mjs';

/** For tests that each start a PostgreSQL. */
export default async function setUp() {
  const { openRunDirectory } = await importSupport('run-directory');
  await openRunDirectory();
}
