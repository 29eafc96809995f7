/** Pages of this server to which other pages may redirect. */
const PAGES = ['/signed-in', '/console', '/docs'];

/**
 * Path, query and fragment; the second character is not a slash or backslash, which browsers interpret as another host.
 */
const LOCAL = /^\/(?![/\\])[\w\-.~/?=&%+:,@#]{0,1000}$/;

/**
 * The page to which a step redirects.
 *
 * @param asked any text from the URL or the form
 * @returns the path if it is a page of this server, otherwise that of the signed-in page
 */
export function returnPath(asked: unknown): string {
  if (typeof asked !== 'string' || !LOCAL.test(asked)) return PAGES[0]!;
  const { pathname, search, hash } = new URL(asked, 'http://localhost');
  const isOurs = PAGES.some((page) => pathname === page || pathname.startsWith(`${page}/`));
  return isOurs ? `${pathname}${search}${hash}` : PAGES[0]!;
}
