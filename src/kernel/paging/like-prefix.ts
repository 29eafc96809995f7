/** Escapes a prefix for PostgreSQL's LIKE: Prisma's `startsWith` does not escape `%`, `_` and `\`. */
export function likePrefix(prefix: string): string {
  return prefix.replace(/[\\%_]/g, '\\$&');
}
