import { invalidMarker, page, pageRequest, type PagingInput } from './paging.js';

/** One of several lists in a paged response, ordered by its unique keys. */
export interface Part<Item> {
  /** @param after the key of the last item shown; undefined for the beginning */
  readonly read: (after: string | undefined, take: number) => Promise<readonly Item[]>;
  readonly keyOf: (item: Item) => string;
}

/** A subset of the names: the request may exclude lists. */
export type Parts<Items extends object> = { readonly [Name in keyof Items]?: Part<Items[Name]> | undefined };

export interface PageAcross<Items extends object> {
  /** The items of each list on the page. */
  readonly lists: { readonly [Name in keyof Items]: Items[Name][] };
  readonly paging: { readonly isTruncated: boolean; readonly marker?: string };
}

/**
 * A page of several consecutive lists. As for one list, its marker contains the key of the last item shown, so nothing
 * is missed or repeated if items are added or removed.
 *
 * @param names of all lists, in their order
 * @param sizeOf as that of `page`
 * @throws ApiError ValidationError if the marker does not come from this list
 */
export async function pageAcross<Items extends object>(
  names: readonly (keyof Items & string)[],
  parts: Parts<Items>,
  input: PagingInput,
  sizeOf: (item: Items[keyof Items]) => number = () => 0,
): Promise<PageAcross<Items>> {
  const request = pageRequest(input);
  const [nameAfter, keyAfter] = request.after ?? [];
  const start = nameAfter === undefined ? 0 : names.findIndex((name) => name === nameAfter && parts[name]);
  if (start === -1) {
    throw invalidMarker();
  }
  const rows: { name: keyof Items & string; key: string; item: Items[keyof Items] }[] = [];
  for (const name of names.slice(start)) {
    const part = parts[name];
    const missing = request.take - rows.length;
    if (!part || missing <= 0) continue;
    const items = await part.read(name === nameAfter ? keyAfter : undefined, missing);
    rows.push(...items.map((item) => ({ name, key: part.keyOf(item), item })));
  }
  const { items, ...paging } = page(
    rows,
    request,
    ({ name, key }) => [name, key],
    ({ item }) => sizeOf(item),
  );
  const of = (name: string) => items.filter((row) => row.name === name).map(({ item }) => item);
  return { lists: Object.fromEntries(names.map((name) => [name, of(name)])) as PageAcross<Items>['lists'], paging };
}
