import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../kernel/errors/errors.js';
import { coerceText } from '../../kernel/coerce-text.js';
import type { Operation } from '../../operations/operation.js';

type Members = Record<string, unknown>;

/**
 * The input of a REST call: path parameters, query string and JSON body form one set of members. Text from the path and
 * the query is converted to numbers, booleans and lists as the schema requires; JSON is used unchanged.
 *
 * @throws ApiError ValidationError if a member is specified twice, MalformedRequest if the body is not an object
 */
export function restInput(operation: Operation, request: FastifyRequest): Members {
  const body = request.body ?? {};
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw new ApiError('MalformedRequest', 'The body must be a JSON object.');
  }
  const query = withoutSignature(request.query as Members);
  if (isEmpty(request.params as Members) && isEmpty(query)) return body as Members;
  const text: Members = mergeApart(request.params as Members, query);
  return mergeApart(coerceText(operation.input, text) as Members, body as Members);
}

/** Without the signature parameters of a presigned URL, which were verified before. */
function withoutSignature(query: Members): Members {
  if (!('X-Amz-Algorithm' in query)) return query;
  return Object.fromEntries(Object.entries(query).filter(([name]) => !/^x-amz-/i.test(name)));
}

function isEmpty(members: Members): boolean {
  for (const _ in members) return false;
  return true;
}

function mergeApart(first: Members, second: Members): Members {
  for (const name of Object.keys(second)) {
    if (Object.hasOwn(first, name)) {
      throw new ApiError('ValidationError', `${name.slice(0, 128)} is specified twice. Specify it in one place only.`);
    }
  }
  return { ...first, ...second };
}
