import { cp, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Binaries } from './binaries.js';
import { canReach, giveTo, type Home } from './home.js';
import type { SystemUser } from './system-user.js';

const prefix = 'binaries-';

/**
 * The binaries, where `user` can run them: in node_modules, or, if root runs a checkout that the system user postgres
 * cannot read (such as one under /root), in a copy in the home (60 MB).
 */
export async function reachableBinaries(binaries: Binaries, home: Home, user: SystemUser): Promise<Binaries> {
  if ((await canReach(dirname(binaries.initdb), user)) && (await isReadableByAll(binaries))) return binaries;
  const name = `${prefix}${binaries.version}`;
  const copy = new Binaries(join(home.directory, name), binaries.version);
  if (await stat(copy.directory).catch(() => undefined)) return copy;
  for (const old of await readdir(home.directory)) {
    if (old.startsWith(prefix)) await rm(join(home.directory, old), { recursive: true, force: true });
  }
  const draft = await mkdtemp(join(home.directory, 'copy-'));
  await cp(binaries.directory, draft, { recursive: true, verbatimSymlinks: true });
  await giveTo(draft, user);
  // Renamed when complete, so that an interrupted copy is never used.
  await rename(draft, copy.directory);
  return copy;
}

/** npm creates files with the umask of the user that installs them. */
async function isReadableByAll(binaries: Binaries): Promise<boolean> {
  const { mode } = await stat(binaries.postgres);
  return (mode & 0o005) === 0o005;
}
