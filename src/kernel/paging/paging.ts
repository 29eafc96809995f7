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

/** As a list operation has it among its input. */
export interface PagingInput {
  readonly marker?: string | undefined;
  readonly maxItems?: number | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly isTruncated: boolean;
  readonly marker?: string;
}

/** What a list query needs: start after `after` (a key as given to `page`), read `take` rows. */
export interface PageRequest {
  readonly after: readonly string[] | undefined;
  /** One more than the page holds, to learn whether there are more. */
  readonly take: number;
}

/**
 * @throws ApiError ValidationError when the marker is not one that a list returned
 */
export function pageRequest(input: PagingInput): PageRequest {
  const take = (input.maxItems ?? 100) + 1;
  return { after: input.marker === undefined ? undefined : decodeMarker(input.marker), take };
}

/** Characters: a larger answer would take too long to write. AWS, too, "might return fewer" than were asked for. */
const MAXIMUM_PAGE_SIZE = 1_000_000;

/**
 * Cuts the rows that were read to a page. Markers hold the sort key of the last item shown, not an offset: items
 * that are added or removed meanwhile make no gap and no double.
 *
 * @param keyOf the unique sort key of a row, as the query orders by it
 * @param sizeOf characters of what the answer says of a row, where rows can be large: the page ends after
 *   `MAXIMUM_PAGE_SIZE`, with one row at least
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

/** @returns how many of the first rows are within the size together; 1 at least */
function rowsWithin<Row>(maximum: number, rows: readonly Row[], sizeOf: (row: Row) => number): number {
  let sum = 0;
  const first = rows.findIndex((row) => (sum += sizeOf(row)) > maximum);
  return first === -1 ? rows.length : Math.max(1, first);
}

/** A marker that no list returned, or another list than this one. */
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
