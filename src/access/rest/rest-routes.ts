import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Operation } from '../../operations/operation.js';
import type { OperationRegistry } from '../../operations/operation-registry.js';
import type { OperationPipeline } from '../../operations/pipeline.js';
import { isFromOtherOrigin } from '../authentication/request-origin.js';
import type { AnswerCookie } from '../request-facts.js';
import { setCookies } from './cookies.js';
import { documentsToObjects, documentsToText } from './policy-documents.js';
import { requestFacts } from './request-facts.js';
import { restInput } from './rest-input.js';

type Handler = (http: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/**
 * The REST door. Nest registers the route of every operation, by the metadata of `@Operation`; as it does, the plan of the
 * operation becomes the handler (docs/decisions/0067-routes-of-operations.md).
 */
export function leadRoutesIntoPlans(
  server: FastifyInstance,
  registry: OperationRegistry,
  pipeline: OperationPipeline,
  publicUrl: string,
): void {
  const handlers = new Map<string, Handler>();
  server.addHook('onRoute', (route: RouteOptions & { config?: { operation?: string } }) => {
    const name = route.config?.operation;
    if (name !== undefined) route.handler = (http, reply) => handlers.get(name)!(http, reply);
  });
  // Nest registers routes before the registry knows the operations.
  server.addHook('onReady', (done) => {
    for (const operation of registry.all()) {
      handlers.set(operation.name, restHandler(operation, pipeline, publicUrl));
    }
    done();
  });
}

function restHandler(operation: Operation, pipeline: OperationPipeline, publicUrl: string): Handler {
  const status = statusOf(operation);
  const toText = documentsToText(operation.input);
  const toObjects = operation.output && documentsToObjects(operation.output);
  return async (http, reply) => {
    const given = restInput(operation, http);
    const answerCookies: AnswerCookie[] = [];
    const facts = { ...requestFacts(http), ...(isFromOtherOrigin(http, publicUrl) ? {} : { answerCookies }) };
    const rawInput = toText ? toText(given) : given;
    const output = await pipeline.run({ operation, door: 'rest', http, facts, rawInput });
    setCookies(reply, answerCookies);
    reply.code(status);
    if (operation.streams === undefined) return reply.send(toObjects ? toObjects(output) : output);
    // The next chunk is asked for when the client has taken the one before.
    return reply.type(operation.streams).send(Readable.from(output!['chunks'] as AsyncIterable<string>));
  };
}

function statusOf({ status, output, streams }: Operation): number {
  return status ?? (output || streams ? 200 : 204);
}
