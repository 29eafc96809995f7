/** Pages of this server that other pages may lead back to. */
const PAGES = ['/signed-in', '/console', '/docs'];

/** Path, query and fragment; no second slash or backslash after the first, which browsers read as another host. */
const LOCAL = /^\/(?![/\\])[\w\-.~/?=&%+:,@#]{0,1000}$/;

/**
 * Where a page leads after its step.
 *
 * @param asked from the address or the form: anything
 * @returns the path if it is of one of our own pages, else that of the page that says who is signed in
 */
export function returnPath(asked: unknown): string {
  if (typeof asked !== 'string' || !LOCAL.test(asked)) return PAGES[0]!;
  const { pathname, search, hash } = new URL(asked, 'http://localhost');
  const isOurs = PAGES.some((page) => pathname === page || pathname.startsWith(`${page}/`));
  return isOurs ? `${pathname}${search}${hash}` : PAGES[0]!;
}
