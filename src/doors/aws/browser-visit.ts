import type { FastifyRequest } from 'fastify';

/**
 * Whether a browser requests a page, as opposed to a program that calls AWS's API: the request is not signed and names
 * no action.
 *
 * @param request to the URL of the AWS door
 */
export function isBrowserVisit({ method, headers, url }: FastifyRequest): boolean {
  const isPage = (method === 'GET' || method === 'HEAD') && (headers.accept ?? '').includes('text/html');
  return isPage && headers.authorization === undefined && !/[?&](?:Action|X-Amz-[\w-]+)=/i.test(url);
}
