import type { FastifyRequest } from 'fastify';

/**
 * Whether a browser asks for a page, not a program for AWS's API: nothing is signed and no action is named.
 *
 * @param request to the address of the AWS door
 */
export function isBrowserVisit({ method, headers, url }: FastifyRequest): boolean {
  const isPage = (method === 'GET' || method === 'HEAD') && (headers.accept ?? '').includes('text/html');
  return isPage && headers.authorization === undefined && !/[?&](?:Action|X-Amz-[\w-]+)=/i.test(url);
}
