import type { FastifyInstance } from 'fastify';
import { ApiError } from '../../kernel/errors/errors.js';
import { isStorableText } from '../../kernel/storable-text.js';

/**
 * Refuses URLs that different parsers (the router, the query parser, the canonical form of a signature, a proxy in
 * front) may interpret differently, so that what was signed is what runs. OWASP ASVS 5.0, 1.1.1: input is decoded once.
 */
export function requirePlainUrls(server: FastifyInstance): void {
  server.addHook('onRequest', ({ raw }, _reply, done) => {
    const problem = isSimple(raw.url!) ? undefined : problemOf(raw.url!);
    done(problem === undefined ? undefined : new ApiError('MalformedRequest', `The URL ${problem}.`));
  });
}

/** There is nothing to decode or normalize, as in nearly all requests. */
function isSimple(url: string): boolean {
  return !/%|\/[./]|\\|#|\/\?/.test(url);
}

/** @param url path and query as received */
export function problemOf(url: string): string | undefined {
  if (!url.startsWith('/') || url.includes('#')) return 'must be a path with an optional query';
  const mark = url.indexOf('?');
  const [path, query] = mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
  const segments = path.slice(1).split('/').map(decoded);
  const parameters = query.split(/[&=]/).map((text) => decoded(text.replaceAll('+', ' ')));
  if ([...segments, ...parameters].includes(undefined)) return 'contains an invalid percent-encoding';
  if (![...segments, ...parameters].every((text) => isStorableText(text!))) return 'contains the character U+0000';
  if (path.includes('\\')) return 'contains a backslash in its path';
  // A trailing slash is an empty segment too.
  if (segments.some((text, index) => text === '' && index < segments.length - 1))
    return 'contains an empty path segment';
  return segments.some((text) => text!.split('/').some(isDots)) ? 'contains a dot segment' : undefined;
}

/** RFC 3986 §5.2.4: `.` and `..` are instructions for code that normalizes the path. */
function isDots(text: string): boolean {
  return text === '.' || text === '..';
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
