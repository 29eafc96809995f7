import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Operation } from '../../operations/operation.js';
import { AWS_DOOR } from './write-aws-error.js';

/** The headers that the SDKs send. X-Amz-Target, of the JSON protocol, is omitted: its services do not allow CORS. */
const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-content-sha256',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
];
/** Seconds, as on AWS. Browsers shorten it. */
const MAXIMUM_AGE = 172_800;

/**
 * Cross-origin requests of browsers (Fetch Standard, "CORS protocol"). As on AWS, pages may call STS but not IAM. A
 * preflight does not state which of the two will be called, so it is always allowed; responses of IAM then lack the
 * header without which the page cannot read them. `Access-Control-Allow-Credentials` is never sent and the AWS door
 * accepts no cookies: a page can do no more here than any program that has the same keys.
 */
export function registerPreflight(server: FastifyInstance): void {
  server.options(AWS_DOOR, { config: { isPublic: true } }, (_request, reply) => {
    allowOrigin(reply)
      .status(200)
      .headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': REQUEST_HEADERS.join(', '),
        'access-control-max-age': MAXIMUM_AGE,
      })
      .send();
  });
}

/** Lets pages of all origins read the response of an STS operation. */
export function allowReading(reply: FastifyReply, operation: Operation | undefined): void {
  if (operation?.name.startsWith('sts:')) allowOrigin(reply);
}

function allowOrigin(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'x-amzn-requestid',
  });
}
