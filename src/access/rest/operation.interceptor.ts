import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
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
    return from(this.pipeline.run(call)).pipe(tap(() => setCookies(reply, call.facts.answerCookies ?? [])));
  }
}
