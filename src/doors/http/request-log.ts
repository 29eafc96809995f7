import type { Logger } from 'pino';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** One line per request, without the query string: a presigned one contains a signature. */
export function logRequests(server: FastifyInstance, logger: Logger): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', answeredRequestId(request));
    done();
  });
  if (!logger.isLevelEnabled('info')) return;
  server.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
}

/**
 * The decision API returns the caller's own ID (AuthZEN 1.0, "Request Identification in a Response"); logs contain the
 * server's.
 */
function answeredRequestId({ id, url, headers }: FastifyRequest): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && given !== '' && url.startsWith('/access/v1/') ? given : id;
}

function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const { method, id: requestId, ip } = request;
  const path = request.url.split('?', 1)[0];
  const milliseconds = Math.round(reply.elapsedTime * 10) / 10;
  request.log.info({ requestId, method, path, status: reply.statusCode, milliseconds, ip }, 'request');
}
