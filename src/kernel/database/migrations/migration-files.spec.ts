import { migrationChecksum, migrationsDirectory, readMigrationFiles } from './migration-files.js';

describe('migrationChecksum', () => {
  it('is the SHA-256 of the script', () => {
    // printf 'SELECT 1;\n' | sha256sum
    expect(migrationChecksum('SELECT 1;\n')).toBe('b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd');
  });

  it('is the same after a checkout with other line ends', () => {
    expect(migrationChecksum('SELECT 1;\r\n')).toBe(migrationChecksum('SELECT 1;\n'));
  });

  it('tells any other change', () => {
    expect(migrationChecksum('SELECT 1; \n')).not.toBe(migrationChecksum('SELECT 1;\n'));
  });
});

describe('readMigrationFiles', () => {
  it('reads the migrations of this version, oldest first', async () => {
    const files = await readMigrationFiles(migrationsDirectory);
    expect(files[0]?.name).toBe('20261124000000_foundation');
    const names = files.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    for (const name of names) expect(name).toMatch(/^[0-9]{14}_[a-z0-9_]+$/);
  });
});
