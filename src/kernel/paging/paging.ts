import { z } from 'zod';
import { ApiError } from '../errors/errors.js';

/** `Marker` and `MaxItems` of every list operation: 1 to 1,000 items, 100 by default (IAM API reference). */
export const pagingInput = {
  marker: z.string().min(1).max(2048).optional(),
  maxItems: z.number().int().min(1).max(1000).optional(),
};

/** `IsTruncated` and `Marker` of every list result. */
export const pagingOutput = {
  isTruncated: z.boolean(),
  marker: z.string().optional(),
};

/** The paging members in the input of a list operation. */
export interface PagingInput {
  readonly marker?: string | undefined;
  readonly maxItems?: number | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly isTruncated: boolean;
  readonly marker?: string;
}

/** The query of a list: starts after `after` (a key as given to `page`) and reads `take` rows. */
export interface PageRequest {
  readonly after: readonly string[] | undefined;
  /** One more than the page, to find out whether there are more. */
  readonly take: number;
}

/** @throws ApiError ValidationError if the marker does not come from a list */
export function pageRequest(input: PagingInput): PageRequest {
  const take = (input.maxItems ?? 100) + 1;
  return { after: input.marker === undefined ? undefined : decodeMarker(input.marker), take };
}

/** Characters: a larger response would take too long to write. AWS also "might return fewer" items than requested. */
const MAXIMUM_PAGE_SIZE = 1_000_000;

/**
 * Limits the rows to a page. Markers contain the sort key of the last item shown instead of an offset, so items that
 * are added or removed in the meantime cause neither gaps nor repetitions.
 *
 * @param keyOf the unique sort key of a row, as in the order of the query
 * @param sizeOf characters of a row in the response, if rows can be large: the page ends after `MAXIMUM_PAGE_SIZE`,
 *   with at least one row
 */
export function page<Row>(
  rows: readonly Row[],
  request: PageRequest,
  keyOf: (row: Row) => readonly string[],
  sizeOf?: (row: Row) => number,
): Page<Row> {
  const most = sizeOf ? Math.min(request.take - 1, rowsWithin(MAXIMUM_PAGE_SIZE, rows, sizeOf)) : request.take - 1;
  if (rows.length <= most) return { items: rows, isTruncated: false };
  const items = rows.slice(0, most);
  const last = items.at(-1)!;
  return { items, isTruncated: true, marker: Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') };
}

/** @returns how many of the first rows fit into the size together; at least 1 */
function rowsWithin<Row>(maximum: number, rows: readonly Row[], sizeOf: (row: Row) => number): number {
  let sum = 0;
  const first = rows.findIndex((row) => (sum += sizeOf(row)) > maximum);
  return first === -1 ? rows.length : Math.max(1, first);
}

/** A marker that comes from no list, or from another one. */
export function invalidMarker(): ApiError {
  return new ApiError('ValidationError', 'Invalid Marker.');
}

const markerKey = z.array(z.string().max(1024)).min(1).max(4);

function decodeMarker(marker: string): readonly string[] {
  try {
    return markerKey.parse(JSON.parse(Buffer.from(marker, 'base64url').toString('utf8')));
  } catch {
    throw invalidMarker();
  }
}
