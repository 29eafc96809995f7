import { pageAcross, type Part } from './paging-across.js';

interface Items {
  users: string;
  groups: string;
  roles: string;
}
const names = ['users', 'groups', 'roles'] as const;

function part(items: readonly string[]): Part<string> {
  return {
    read: (after, take) => Promise.resolve(items.filter((item) => after === undefined || item > after).slice(0, take)),
    keyOf: (item) => item,
  };
}

const full = { users: part(['a', 'b', 'c']), groups: part([]), roles: part(['a', 'd']) };

async function walk(parts: Partial<Record<keyof Items, Part<string>>>, maxItems: number): Promise<string[][]> {
  const pages: string[][] = [];
  let marker: string | undefined;
  do {
    const { lists, paging } = await pageAcross<Items>(names, parts, { marker, maxItems });
    pages.push(names.flatMap((name) => lists[name].map((item) => `${name}/${item}`)));
    marker = paging.marker;
    expect(paging.isTruncated).toBe(marker !== undefined);
  } while (marker !== undefined);
  return pages;
}

const everything = ['users/a', 'users/b', 'users/c', 'roles/a', 'roles/d'];

describe('pageAcross', () => {
  it.each([1, 2, 3, 4, 5, 6])('shows every item of every list once, in order, in pages of %i', async (maxItems) => {
    const pages = await walk(full, maxItems);
    expect(pages.flat()).toEqual(everything);
    expect(pages.slice(0, -1).every((page) => page.length === maxItems)).toBe(true);
    expect(pages.at(-1)!.length).toBeGreaterThan(0);
  });

  it('goes on where it was when items come and go between pages', async () => {
    const { lists, paging } = await pageAcross<Items>(names, full, { maxItems: 2 });
    expect(lists.users).toEqual(['a', 'b']);
    const changed = { users: part(['aa', 'c', 'e']), groups: part(['new']), roles: part(['d']) };
    const next = await pageAcross<Items>(names, changed, { marker: paging.marker });
    expect(next.lists).toEqual({ users: ['c', 'e'], groups: ['new'], roles: ['d'] });
  });

  it('leaves out lists that were not asked for', async () => {
    expect(await walk({ roles: full.roles }, 1)).toEqual([['roles/a'], ['roles/d']]);
  });

  it('refuses a marker of a request for other lists', async () => {
    const { paging } = await pageAcross<Items>(names, full, { maxItems: 2 });
    const again = pageAcross<Items>(names, { roles: full.roles }, { marker: paging.marker });
    await expect(again).rejects.toMatchObject({ code: 'ValidationError' });
  });
});
