import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AMZ_JSON } from '../aws-api/json-protocol.js';
import { ApiError } from '../common/errors.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's bytes as received: what a signature covers. */
    rawBody?: Buffer | undefined;
  }
}

/** Deeper JSON than any input has. */
const MAXIMUM_DEPTH = 32;

/** JSON for the REST door and one protocol of the AWS door, forms for the other; any other content type is refused by Fastify with 415. */
export function registerBodyParsers(server: FastifyInstance): void {
  server.decorateRequest('rawBody');
  server.removeAllContentTypeParsers();
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser(['application/json', AMZ_JSON], { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    request.rawBody = body;
    if (body.length === 0) return done(null, undefined);
    const text = body.toString('utf8');
    if (isTooDeep(text)) {
      return done(new ApiError('MalformedRequest', `The JSON is nested deeper than ${MAXIMUM_DEPTH} levels.`));
    }
    return parseJson(request, text, done) as void;
  });
  const keepText = (request: FastifyRequest, body: Buffer, done: (error: null, body: string) => void) => {
    request.rawBody = body;
    done(null, body.toString('utf8'));
  };
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, keepText);
}

/** Counts brackets outside of strings: enough to bound the recursion of whatever reads the value later. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > MAXIMUM_DEPTH) return true;
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return false;
}
