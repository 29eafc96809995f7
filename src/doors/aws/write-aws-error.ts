import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../../operations/operation.js';
import type { ApiError } from '../../kernel/errors/errors.js';
import type { AwsProtocol } from './aws-protocol.js';
import { jsonProtocol } from './json-protocol.js';
import { queryProtocol } from './query-protocol.js';

/** Where the AWS door is. */
export const AWS_DOOR = '/';

/** By the header that only the JSON protocol has: a client must understand its error even when its body is not read. */
export function protocolOf({ headers }: FastifyRequest): AwsProtocol {
  return headers['x-amz-target'] === undefined ? queryProtocol : jsonProtocol;
}

/**
 * Answers with an error as the AWS door does.
 *
 * @param operation what was asked, where the request got as far as saying so
 */
export function writeAwsError(reply: FastifyReply, error: ApiError, operation?: Operation): void {
  if (error.code === 'ServiceUnavailable') void reply.header('retry-after', '1');
  void reply.header('x-amzn-requestid', reply.request.id);
  protocolOf(reply.request).writeError(reply, error, operation);
}
