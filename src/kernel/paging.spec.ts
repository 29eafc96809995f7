import { page, pageRequest } from './paging/paging.js';

const rows = ['a', 'b', 'c', 'd'];
const sized = (maxItems: number, sizes: Record<string, number>) =>
  page(
    rows,
    pageRequest({ maxItems }),
    (row) => [row],
    (row) => sizes[row] ?? 0,
  );

describe('a page that is bounded by the size of its rows', () => {
  it('holds what fits, and goes on behind it', () => {
    const { items, isTruncated, marker } = sized(10, { a: 400_000, b: 500_000, c: 200_000 });
    expect(items).toEqual(['a', 'b']);
    expect(isTruncated).toBe(true);
    expect(pageRequest({ marker }).after).toEqual(['b']);
  });

  it('holds one row at least', () => {
    expect(sized(10, { a: 2_000_000 })).toMatchObject({ items: ['a'], isTruncated: true });
  });

  it('holds no more than were asked for', () => {
    expect(sized(3, {})).toMatchObject({ items: ['a', 'b', 'c'], isTruncated: true });
  });

  it('is the last when all fit', () => {
    expect(sized(4, { a: 1_000_000 })).toEqual({ items: rows, isTruncated: false });
  });
});
