/** Rows that are read, and turned into objects, at a time: an account may have tens of thousands. */
export const CHUNK = 200;

/**
 * All rows of a query, chunk by chunk, so that the event loop has its turn in between.
 *
 * @param read reads `CHUNK` rows after one, in the order of their keys
 */
export async function readInChunks<Row>(read: (after: Row | undefined) => Promise<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const chunk = await read(rows.at(-1));
    rows.push(...chunk);
    if (chunk.length < CHUNK) return rows;
  }
}
