/** The embedded PostgreSQL cannot be used. The message gives the reason and a solution. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
