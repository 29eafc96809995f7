import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { isFromOtherOrigin } from '../authentication/request-origin.js';
import type { AnswerCookie, Operation } from '../operations/operation.js';
import type { OperationRegistry } from '../operations/operation-registry.js';
import type { OperationPipeline } from '../operations/pipeline.js';
import { documentsToObjects, documentsToText } from './policy-documents.js';
import { requestFacts } from './request-facts.js';
import { restInput } from './rest-input.js';
import { setCookies } from './cookies.js';

/**
 * The REST door: the route of every operation, which leads into the pipeline. It calls the controller's method itself,
 * as it does for the AWS door, so nothing of Nest's way of a request is needed here
 * (docs/decisions/0067-routes-of-operations.md).
 */
export function registerOperationRoutes(
  server: FastifyInstance,
  registry: OperationRegistry,
  pipeline: OperationPipeline,
  publicUrl: string,
): void {
  for (const operation of registry.all()) {
    const [method, url] = operation.route.split(' ') as [HTTPMethods, string];
    const status = statusOf(operation);
    const toText = documentsToText(operation.input);
    const toObjects = operation.output && documentsToObjects(operation.output);
    server.route({
      method,
      url,
      handler: async (http: FastifyRequest, reply: FastifyReply) => {
        const given = restInput(operation, http);
        const answerCookies: AnswerCookie[] = [];
        const facts = { ...requestFacts(http), ...(isFromOtherOrigin(http, publicUrl) ? {} : { answerCookies }) };
        const output = await pipeline.run({
          operation,
          door: 'rest',
          http,
          facts,
          rawInput: toText ? toText(given) : given,
        });
        setCookies(reply, answerCookies);
        reply.code(status);
        if (operation.streams === undefined) return reply.send(toObjects ? toObjects(output) : output);
        // The next chunk is asked for when the client has taken the one before.
        return reply.type(operation.streams).send(Readable.from(output!['chunks'] as AsyncIterable<string>));
      },
    });
  }
}

function statusOf({ status, output, streams }: Operation): number {
  return status ?? (output || streams ? 200 : 204);
}
