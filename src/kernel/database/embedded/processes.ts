/** A signal 0 reaches every process that exists; EPERM says that it is another user's. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Only what PostgreSQL needs: PGPORT, PGDATA and the like in the caller's environment are meant for something else. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

/** Such as on Alpine Linux, whose C library is not the one the binaries were made for. */
export function cannotRun(file: string, error: Error): string {
  return `${file} cannot be run (${error.message}). Set DATABASE_URL to your own PostgreSQL server.`;
}
