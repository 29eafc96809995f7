import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeProblem } from '../rest/write-problem.js';
import { toApiError } from '../../operations/to-api-error.js';
import { AWS_DOOR, writeAwsError } from '../aws/write-aws-error.js';

/** Writes every error in the format of its door. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Request');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = toApiError(thrown);
    // Requests that are refused because of overload are not failures, and there may be many of them.
    const isFailure = error.status >= 500 && (thrown !== error || error.cause !== undefined);
    if (isFailure) this.logger.error({ err: thrown, requestId: request.id }, 'request failed');
    const path = request.url.split('?', 1)[0];
    if (path === AWS_DOOR) writeAwsError(reply, error);
    else writeProblem(reply, error);
  }
}
