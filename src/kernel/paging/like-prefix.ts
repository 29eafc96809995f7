/** A prefix as PostgreSQL's LIKE takes it literally: Prisma's `startsWith` leaves `%`, `_` and `\` their meaning. */
export function likePrefix(prefix: string): string {
  return prefix.replace(/[\\%_]/g, '\\$&');
}
