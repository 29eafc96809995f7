import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Operation } from '../../operations/operation.js';
import { AWS_DOOR } from './write-aws-error.js';

/** What the SDKs send. X-Amz-Target, of the JSON protocol, is left out: its services do not allow CORS. */
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
/** Seconds; as AWS has it. Browsers shorten it. */
const MAXIMUM_AGE = 172_800;

/**
 * Cross-origin requests of browsers (Fetch Standard, "CORS protocol"). As at AWS, pages may call STS and not IAM. A
 * preflight does not tell which of the two will be called, so it is always allowed; IAM's answers then lack the header
 * without which the page cannot read them. `Access-Control-Allow-Credentials` is never sent and the AWS door takes no
 * cookies: a page can do no more here than any program that holds the same keys.
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

/** Lets pages of every origin read the answer of an STS operation. */
export function allowReading(reply: FastifyReply, operation: Operation | undefined): void {
  if (operation?.name.startsWith('sts:')) allowOrigin(reply);
}

function allowOrigin(reply: FastifyReply): FastifyReply {
  return reply.headers({
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'x-amzn-requestid',
  });
}
