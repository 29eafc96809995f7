import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { ApiError } from '../../kernel/errors/errors.js';

/** Headers that proxies add. A proxy on this machine would otherwise look like a local scraper. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/**
 * Admits scrapers: with the token if one is configured, otherwise programs on this machine.
 *
 * @throws ApiError MissingAuthenticationToken, InvalidClientTokenId
 */
export function requireScraper({ headers, socket }: FastifyRequest, token: string | undefined): void {
  const { authorization = '' } = headers;
  if (token === undefined) {
    const isLocal = isLoopback(socket.remoteAddress) && FORWARDED.every((name) => headers[name] === undefined);
    if (isLocal) return;
    throw new ApiError(
      'MissingAuthenticationToken',
      'Metrics are available only on this machine. For access from other machines, set ' +
        'GATEHOUSE_METRICS_TOKEN and send it as a bearer token.',
    );
  }
  if (authorization === '') {
    throw new ApiError('MissingAuthenticationToken', 'Send the value of GATEHOUSE_METRICS_TOKEN as a bearer token.');
  }
  if (timingSafeEqual(digest(authorization), digest(`Bearer ${token}`))) return;
  throw new ApiError('InvalidClientTokenId', 'The bearer token does not match GATEHOUSE_METRICS_TOKEN.');
}

/** @param address as returned by Node, IPv4 also as `::ffff:127.0.0.1`; undefined if the client has disconnected */
function isLoopback(address: string | undefined): boolean {
  return address !== undefined && ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
