import { Controller, Get, HttpCode, Logger, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../access/operations/operation.decorator.js';
import type { Operation } from '../access/operations/operation.js';
import { OperationRegistry } from '../access/operations/operation-registry.js';
import { OperationPipeline } from '../access/operations/pipeline.js';
import { toApiError } from '../access/to-api-error.js';
import { requestFacts } from '../access/rest/request-facts.js';
import { AWS_DOOR, protocolOf, writeAwsError } from './write-aws-error.js';

/**
 * The AWS door: the Query protocol of IAM and STS, the JSON protocol of CloudTrail and the Resource Groups Tagging API.
 * It decodes the request, hands the operation to the pipeline like every other door, and writes the result or the error
 * as AWS does. Public to Nest: the pipeline authenticates.
 */
@Public()
@Controller()
export class AwsApiController {
  private readonly logger = new Logger('AwsApi');

  constructor(
    private readonly registry: OperationRegistry,
    private readonly pipeline: OperationPipeline,
  ) {}

  @Post(AWS_DOOR)
  @HttpCode(200)
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  @Get(AWS_DOOR)
  get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply);
  }

  private async answer(http: FastifyRequest, reply: FastifyReply): Promise<void> {
    const facts = requestFacts(http);
    const { requestId } = facts;
    let operation: Operation | undefined;
    try {
      const request = protocolOf(http).read(http, this.registry);
      ({ operation } = request);
      const output = await this.pipeline.run({ operation, http, facts, rawInput: request.rawInput });
      await request.write(reply.header('x-amzn-requestid', requestId), output);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status >= 500) this.logger.error({ err: thrown, requestId }, 'request failed');
      writeAwsError(reply, error, operation);
    }
  }
}
