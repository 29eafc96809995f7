import type { FastifyReply } from 'fastify';
import type { ApiError } from '../common/errors.js';
import { type AwsService, awsServices } from './aws-services.js';
import { encodeError } from './xml-encoder.js';

/** Where the AWS door is. */
export const AWS_DOOR = '/';

/**
 * Answers with an error as the AWS door does: XML.
 *
 * @param service the API that was asked; IAM where the request did not get as far as saying so
 */
export function writeAwsError(reply: FastifyReply, error: ApiError, service: AwsService = awsServices[0]!): void {
  const requestId = reply.request.id;
  const { code, message, status } = error;
  if (code === 'ServiceUnavailable') void reply.header('retry-after', '1');
  void reply
    .status(status)
    .header('content-type', 'text/xml')
    .header('x-amzn-requestid', requestId)
    .send(encodeError({ namespace: service.namespace, requestId, code, message, status }));
}
