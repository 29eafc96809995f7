import type { FastifyReply } from 'fastify';
import type { ApiError } from '../../kernel/errors/errors.js';

/** Writes an error in the format of the REST door: `application/problem+json` (RFC 9457) with AWS's code. */
export function writeProblem(reply: FastifyReply, error: ApiError): void {
  const status = error.restStatus;
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  const { retryAfter = error.code === 'ServiceUnavailable' ? 1 : undefined } = error.details;
  if (typeof retryAfter === 'number') void reply.header('retry-after', String(retryAfter));
  void reply
    .status(status)
    .header('content-type', 'application/problem+json')
    .send({
      type: 'about:blank',
      title: error.title,
      status,
      code: error.code,
      detail: error.message,
      requestId: reply.request.id,
      ...error.details,
    });
}
