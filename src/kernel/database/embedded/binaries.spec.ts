import { mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hydrateSymlinks } from './binaries.js';

describe('hydrateSymlinks', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gatehouse-symlinks-'));
    await mkdir(join(directory, 'native', 'lib'), { recursive: true });
    await writeFile(join(directory, 'native', 'lib', 'libpq.so.5.18'), 'library');
    await listLinks(['libpq.so.5', 'libpq.so']);
  });

  afterEach(() => rm(directory, { recursive: true }));

  const listLinks = (targets: string[]) =>
    writeFile(
      join(directory, 'native', 'pg-symlinks.json'),
      JSON.stringify(targets.map((target) => ({ source: 'native/lib/libpq.so.5.18', target: `native/lib/${target}` }))),
    );

  it('makes relative links, so that the checkout can be moved', async () => {
    expect(await hydrateSymlinks(directory)).toBe(2);
    expect(await readlink(join(directory, 'native', 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
    expect(await readFile(join(directory, 'native', 'lib', 'libpq.so'), 'utf8')).toBe('library');
  });

  it('leaves alone what is there', async () => {
    await symlink('libpq.so.5.18', join(directory, 'native', 'lib', 'libpq.so'));
    expect(await hydrateSymlinks(directory)).toBe(1);
    expect(await hydrateSymlinks(directory)).toBe(0);
  });

  it('is done at once by several servers of one checkout', async () => {
    const made = await Promise.all([1, 2, 3].map(() => hydrateSymlinks(directory)));
    expect(made.reduce((sum, count) => sum + count)).toBe(2);
  });

  it('says which link cannot be made', async () => {
    await listLinks(['missing/libpq.so']);
    await expect(hydrateSymlinks(directory)).rejects.toThrow(/Cannot link .*missing\/libpq\.so .*ENOENT/);
  });

  it('has nothing to do for a package without a list', async () => {
    await rm(join(directory, 'native', 'pg-symlinks.json'));
    expect(await hydrateSymlinks(directory)).toBe(0);
  });
});
