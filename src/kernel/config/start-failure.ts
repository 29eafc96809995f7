/** Describes why the server did not start. Errors that the operator can fix are shown without a stack trace. */
export function explainStartFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port, address } = error as Error & { code?: string; port?: number; address?: string };
  if (code === 'EADDRINUSE') {
    return `Port ${port} of ${address} is in use by another program. Stop it, or set PORT to another port.`;
  }
  if (code === 'EACCES') return `This user may not listen on port ${port}. Set PORT to a port above 1023.`;
  const isForOperator = [
    'SettingsError',
    'MasterKeyError',
    'EmbeddedPostgresError',
    'DatabaseConnectionError',
    'MigrationError',
    'DatabaseRoleError',
    'PoolerError',
    'WorkerStartError',
  ];
  return isForOperator.includes(error.name) ? error.message : (error.stack ?? error.message);
}
