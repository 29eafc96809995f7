/** The upper limit: a Fastify server whose only route returns given headers and bytes, and does nothing else. */
import fastify from 'fastify';

const [answer, headers] = process.argv.slice(2) as [string, string];
const given = JSON.parse(headers) as Record<string, string>;
const server = fastify();
// Like the server: the body is parsed.
server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
  done(null, body),
);
server.post('/*', (_, reply) => reply.headers(given).send(answer));
console.log(await server.listen({ port: 0, host: '127.0.0.1' }));
process.stdin.once('end', () => void server.close()).resume();
