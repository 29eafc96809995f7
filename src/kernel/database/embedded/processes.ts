/** Signal 0 reaches every existing process; EPERM means that it belongs to another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Only the variables that PostgreSQL needs: PGPORT, PGDATA and others in the caller's environment are meant for another
 * server.
 */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
}

/** For example on Alpine Linux, whose C library is not the one that the binaries were built for. */
export function cannotRun(file: string, error: Error): string {
  return `${file} cannot be run (${error.message}). Set DATABASE_URL to your own PostgreSQL server.`;
}
