/**
 * The minimum work of a decision without deciding: a request ID and the headers of every response, a token look-up,
 * validation of the question, and the response as JSON.
 */
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { evaluationInput } from '../../src/platform/decisions/evaluation.schema.js';

const [answer, headers] = process.argv.slice(2).map((json) => JSON.parse(json) as Record<string, string>);
const tokens = new Set<string>();
const server = fastify({ genReqId: () => randomUUID() });
server.addHook('onRequest', (request, reply, done) => {
  reply.headers(headers!).header('x-request-id', request.id);
  done();
});
server.post('/*', async (request, reply) => {
  tokens.add(request.headers.authorization!.slice('Bearer '.length));
  evaluationInput.parse(request.body);
  return reply.send(answer);
});
console.log(await server.listen({ port: 0, host: '127.0.0.1' }));
process.stdin.once('end', () => void server.close()).resume();
