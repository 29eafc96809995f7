import { Readable } from 'node:stream';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, type Observable, tap } from 'rxjs';
import { setCookies } from './set-cookies.js';
import { OperationRegistry } from '../operations/operation-registry.js';
import { OperationPipeline } from '../operations/pipeline.js';
import { requestFacts } from './request-facts.js';
import { restInput } from './rest-input.js';

/**
 * The REST door: a route of an operation goes through the pipeline, which calls the controller method itself, as it
 * does for the AWS door. Public routes go on as Nest has it.
 */
@Injectable()
export class OperationInterceptor implements NestInterceptor {
  constructor(
    private readonly registry: OperationRegistry,
    private readonly pipeline: OperationPipeline,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const operation = this.registry.ofHandler(context.getHandler() as () => unknown);
    if (!operation) return next.handle();
    const http = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const call = { operation, http, facts: requestFacts(http), rawInput: restInput(operation, http) };
    const output = this.pipeline.run(call);
    const answer = operation.streams === undefined ? output : output.then(toStream(operation.streams));
    return from(answer).pipe(tap(() => setCookies(reply, call.facts.answerCookies ?? [])));
  }
}

/** The next chunk is asked for when the client has taken the one before. */
function toStream(type: string): (output: Record<string, unknown> | undefined) => StreamableFile {
  return (output) => new StreamableFile(Readable.from(output!['chunks'] as AsyncIterable<string>), { type });
}
