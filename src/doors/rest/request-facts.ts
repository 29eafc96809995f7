import type { FastifyRequest } from 'fastify';
import type { AnswerCookie, RequestFacts } from '../../access/actions/request-facts.js';

const MAXIMUM_USER_AGENT = 512;

export function requestFacts(request: FastifyRequest, receivedAt: Date, answerCookies?: AnswerCookie[]): RequestFacts {
  return {
    requestId: request.id,
    sourceIp: request.ip,
    authorization: request.headers.authorization,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, MAXIMUM_USER_AGENT),
    secureTransport: request.protocol === 'https',
    receivedAt,
    answerCookies,
  };
}
