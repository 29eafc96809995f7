import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Clock } from '../../kernel/clock/clock.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Operation } from '../../operations/operation.js';
import { type OperationRegistry, UndeclaredRouteError } from '../../operations/operation-registry.js';
import type { OperationPipeline } from '../../operations/pipeline.js';
import { isFromOtherOrigin } from '../../access/authentication/request-origin.js';
import type { AnswerCookie } from '../../access/actions/request-facts.js';
import { setCookies } from '../../access/authentication/cookies.js';
import { documentsToObjects, documentsToText } from './policy-documents.js';
import { requestFacts } from './request-facts.js';
import { restInput } from './rest-input.js';

type Handler = (http: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** Nest's Swagger module registers the routes of the API page itself; `GATEHOUSE_DOCS` enables it. */
const API_PAGE = /^\/docs(\/|$)/;

/**
 * The routes of the server. Nest registers the routes of operations by the metadata of `@Operation`; here the plan of
 * the operation becomes the handler, which is the REST door (docs/decisions/0031-routes-of-operations.md).
 *
 * INVARIANT: a route that is neither of an operation nor declared public is answered with AccessDenied, and prevents
 * the start.
 */
export class DeclaredRoutes {
  private readonly handlers = new Map<string, Handler>();
  private readonly undeclared: string[] = [];

  /** Must be called before routes are registered. */
  constructor(server: FastifyInstance) {
    server.addHook('onRoute', (route) => this.declare(route));
  }

  /**
   * Called when the operations are known: their plans become the handlers.
   *
   * @throws UndeclaredRouteError naming the routes
   */
  lead(registry: OperationRegistry, pipeline: OperationPipeline, clock: Clock, publicUrl: string): void {
    for (const operation of registry.all()) {
      this.handlers.set(operation.name, restHandler(operation, pipeline, clock, publicUrl));
    }
    if (this.undeclared.length > 0) {
      throw new UndeclaredRouteError(
        `Routes that are neither an operation nor declared public: ${this.undeclared.join(', ')}`,
      );
    }
  }

  private declare(route: RouteOptions): void {
    const { operation, isPublic = API_PAGE.test(route.url) } = route.config ?? {};
    if (operation !== undefined) route.handler = (http, reply) => this.handlers.get(operation)!(http, reply);
    else if (!isPublic) {
      this.undeclared.push(`${String(route.method)} ${route.url}`);
      route.handler = () => Promise.reject(new ApiError('AccessDenied', 'This route is not declared.'));
    }
  }
}

function restHandler(operation: Operation, pipeline: OperationPipeline, clock: Clock, publicUrl: string): Handler {
  const status = statusOf(operation);
  const toText = documentsToText(operation.input);
  const toObjects = operation.output && documentsToObjects(operation.output);
  return async (http, reply) => {
    const given = restInput(operation, http);
    const answerCookies: AnswerCookie[] = [];
    const facts = requestFacts(http, clock.now(), isFromOtherOrigin(http, publicUrl) ? undefined : answerCookies);
    const rawInput = toText ? toText(given) : given;
    const output = await pipeline.run({ operation, door: 'rest', http, facts, rawInput });
    setCookies(reply, answerCookies);
    reply.code(status);
    if (operation.streams === undefined) return reply.send(toObjects ? toObjects(output) : output);
    // The next chunk is requested when the client has received the previous one.
    return reply.type(operation.streams).send(Readable.from(output!['chunks'] as AsyncIterable<string>));
  };
}

function statusOf({ status, output, streams }: Operation): number {
  return status ?? (output || streams ? 200 : 204);
}
