import { importSupport } from './import.mjs';

export default async function tearDown() {
  const { closeRunDirectory } = await importSupport('run-directory');
  const { stopSharedServer } = await importSupport('shared-server');
  try {
    await stopSharedServer();
  } finally {
    await closeRunDirectory();
  }
}
