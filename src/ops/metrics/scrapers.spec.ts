import type { FastifyRequest } from 'fastify';
import { requireScraper } from './scrapers.js';

const token = 'a-token-of-scrapers';

function answerTo(remoteAddress: string | undefined, headers: Record<string, string>, configured?: string): string {
  try {
    requireScraper({ headers, socket: { remoteAddress } } as unknown as FastifyRequest, configured);
    return 'admitted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Threat: strangers learn how busy the platform is, and how often its sign-ins fail. */
it.each([
  ['127.0.0.1', {}, 'admitted'],
  ['127.8.0.9', {}, 'admitted'],
  ['::1', {}, 'admitted'],
  ['::ffff:127.0.0.1', {}, 'admitted'],
  ['10.0.0.7', {}, 'MissingAuthenticationToken'],
  ['::ffff:10.0.0.7', {}, 'MissingAuthenticationToken'],
  [undefined, {}, 'MissingAuthenticationToken'],
  ['10.0.0.7', { authorization: `Bearer ${token}` }, 'MissingAuthenticationToken'],
  ['127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }, 'MissingAuthenticationToken'],
  ['127.0.0.1', { via: '1.1 proxy' }, 'MissingAuthenticationToken'],
])('without a token, %s with %p: %s', (address, headers, expected) =>
  expect(answerTo(address, headers)).toBe(expected),
);

it.each([
  ['10.0.0.7', { authorization: `Bearer ${token}` }, 'admitted'],
  ['127.0.0.1', {}, 'MissingAuthenticationToken'],
  ['127.0.0.1', { authorization: `Bearer ${token}x` }, 'InvalidClientTokenId'],
  ['127.0.0.1', { authorization: token }, 'InvalidClientTokenId'],
])('with a token, %s with %p: %s', (address, headers, expected) =>
  expect(answerTo(address, headers, token)).toBe(expected),
);
