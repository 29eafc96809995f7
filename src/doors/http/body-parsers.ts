import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AMZ_JSON } from '../aws/json-protocol.js';
import { ApiError } from '../../kernel/errors/errors.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body's bytes as received, which a signature covers. */
    rawBody?: Buffer | undefined;
  }
}

/** Deeper than any valid input. */
const MAXIMUM_DEPTH = 32;
/** No list or object of any input may have more than 1,000 members. */
const MAXIMUM_MEMBERS = 2_000;
/** For all lists and objects together. */
const MAXIMUM_VALUES = 20_000;

/**
 * JSON for the REST door and one protocol of the AWS door, forms for the other; Fastify refuses any other content type
 * with 415.
 */
export function registerBodyParsers(server: FastifyInstance): void {
  server.decorateRequest('rawBody');
  server.removeAllContentTypeParsers();
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.addContentTypeParser(['application/json', AMZ_JSON], { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    request.rawBody = body;
    if (body.length === 0) return done(null, undefined);
    const text = body.toString('utf8');
    const excess = excessOf(text);
    if (excess !== undefined) return done(new ApiError('MalformedRequest', `The JSON ${excess}.`));
    return parseJson(request, text, done) as void;
  });
  const keepText = (request: FastifyRequest, body: Buffer, done: (error: null, body: string) => void) => {
    request.rawBody = body;
    done(null, body.toString('utf8'));
  };
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, keepText);
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPENING = new Set([123, 91]);
const CLOSING = new Set([125, 93]);

/**
 * Counts brackets and commas outside of strings, which limits the work of all later code: it is long for many small
 * values, and recursive for deep ones.
 *
 * @returns the limit that was exceeded
 */
function excessOf(text: string): string | undefined {
  const members: number[] = [];
  let values = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(text, index + 1);
    } else if (OPENING.has(code)) {
      if (members.push(1) > MAXIMUM_DEPTH) return `is nested deeper than ${MAXIMUM_DEPTH} levels`;
    } else if (CLOSING.has(code)) {
      members.pop();
    } else if (code === COMMA && members.length > 0) {
      values += 1;
      const own = (members[members.length - 1]! += 1);
      if (own > MAXIMUM_MEMBERS) return `contains a list or an object with more than ${MAXIMUM_MEMBERS} members`;
      if (values > MAXIMUM_VALUES) return `contains more than ${MAXIMUM_VALUES} values`;
    }
  }
  return undefined;
}

/** @returns the position of the closing quote */
function endOfString(text: string, start: number): number {
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === BACKSLASH) index += 1;
    else if (code === QUOTE) return index;
  }
  return text.length;
}
