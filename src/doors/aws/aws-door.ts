import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../../operations/operation.js';
import type { OperationRegistry } from '../../operations/operation-registry.js';
import type { OperationPipeline } from '../../operations/pipeline.js';
import { requestFacts } from '../rest/request-facts.js';
import { toApiError } from '../../operations/to-api-error.js';
import { isBrowserVisit } from './browser-visit.js';
import { allowReading, registerPreflight } from './cross-origin.js';
import { AWS_DOOR, protocolOf, writeAwsError } from './write-aws-error.js';
import type { Clock } from '../../kernel/clock/clock.js';

/**
 * The AWS door: the Query protocol of IAM and STS, the JSON protocol of CloudTrail and the Resource Groups Tagging API.
 * It decodes the request, passes the operation to the pipeline like every other door, and writes the result or the
 * error in AWS's format. A person who opens the URL in a browser gets a page.
 *
 * @param showPage answers such a visit
 */
export function registerAwsDoor(
  server: FastifyInstance,
  registry: OperationRegistry,
  pipeline: OperationPipeline,
  clock: Clock,
  showPage: (http: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
): void {
  const handler = async (http: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (isBrowserVisit(http)) return showPage(http, reply);
    const facts = requestFacts(http, clock.now());
    const { requestId } = facts;
    let operation: Operation | undefined;
    try {
      const request = protocolOf(http).read(http, registry);
      ({ operation } = request);
      allowReading(reply, operation);
      const output = await pipeline.run({ operation, door: 'aws', http, facts, rawInput: request.rawInput });
      return request.write(reply.header('x-amzn-requestid', requestId), output);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status >= 500) http.log.error({ err: thrown, requestId }, 'request failed');
      writeAwsError(reply, error, operation);
      return reply;
    }
  };
  server.route({ method: ['GET', 'POST'], url: AWS_DOOR, config: { isPublic: true }, handler });
  registerPreflight(server);
}
