import { importSupport } from './import.mjs';

export default async function tearDown() {
  const { closeRunDirectory } = await importSupport('run-directory');
  await closeRunDirectory();
}
