import { importSupport } from './import.mjs';

/** Starts the one server that most whole-server tests share. */
export default async function setUp() {
  const { closeRunDirectory, openRunDirectory } = await importSupport('run-directory');
  const { startSharedServer } = await importSupport('shared-server');
  await openRunDirectory();
  try {
    await startSharedServer();
  } catch (error) {
    // Jest runs no tear-down after a failed set-up.
    await closeRunDirectory();
    throw error;
  }
}
