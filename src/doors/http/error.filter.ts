import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeProblem } from '../rest/write-problem.js';
import { toApiError } from '../../operations/to-api-error.js';
import { AWS_DOOR, writeAwsError } from '../aws/write-aws-error.js';

/** Every error, in the form of the door that was knocked at. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Request');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const error = toApiError(thrown);
    // What is refused because there is too much to do is no failure, and there may be a great deal of it.
    const isFailure = error.status >= 500 && (thrown !== error || error.cause !== undefined);
    if (isFailure) this.logger.error({ err: thrown, requestId: request.id }, 'request failed');
    const path = request.url.split('?', 1)[0];
    if (path === AWS_DOOR) writeAwsError(reply, error);
    else writeProblem(reply, error);
  }
}
