import { importSupport } from './import.mjs';

/** For tests that start a PostgreSQL each. */
export default async function setUp() {
  const { openRunDirectory } = await importSupport('run-directory');
  await openRunDirectory();
}
