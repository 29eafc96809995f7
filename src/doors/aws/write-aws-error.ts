import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../../operations/operation.js';
import type { ApiError } from '../../kernel/errors/errors.js';
import type { AwsProtocol } from './aws-protocol.js';
import { jsonProtocol } from './json-protocol.js';
import { queryProtocol } from './query-protocol.js';

/** Where the AWS door is. */
export const AWS_DOOR = '/';

/**
 * Determined by the header that only the JSON protocol has: a client must be able to parse its error even if its body
 * is not read.
 */
export function protocolOf({ headers }: FastifyRequest): AwsProtocol {
  return headers['x-amz-target'] === undefined ? queryProtocol : jsonProtocol;
}

/**
 * Writes an error in the format of the AWS door.
 *
 * @param operation that was called, if known
 */
export function writeAwsError(reply: FastifyReply, error: ApiError, operation?: Operation): void {
  if (error.code === 'ServiceUnavailable') void reply.header('retry-after', '1');
  void reply.header('x-amzn-requestid', reply.request.id);
  protocolOf(reply.request).writeError(reply, error, operation);
}
