import { Controller, Get, HttpCode, Logger, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../access/operations/operation.decorator.js';
import type { Operation } from '../access/operations/operation.js';
import { OperationRegistry } from '../access/operations/operation-registry.js';
import { OperationPipeline } from '../access/operations/pipeline.js';
import { toApiError } from '../access/to-api-error.js';
import { requestFacts } from '../access/rest/request-facts.js';
import { ApiError } from '../common/errors.js';
import { type AwsService, awsServices } from './aws-services.js';
import { decodeForm } from './form-decoder.js';
import { AWS_DOOR, writeAwsError } from './write-aws-error.js';
import { encodeResult } from './xml-encoder.js';

const FORM = 'application/x-www-form-urlencoded';

/**
 * The AWS door: the Query protocol of IAM and STS. It decodes the parameters, hands the operation to the pipeline like
 * every other door, and writes the result or the error as AWS's XML. Public to Nest: the pipeline authenticates.
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
    return this.answer(request, reply, () => {
      const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
      if (type !== FORM) throw new ApiError('UnsupportedMediaType', `Send the parameters as ${FORM}.`);
      return new URLSearchParams(request.body as string);
    });
  }

  /** Presigned requests carry their parameters in the query string. */
  @Get(AWS_DOOR)
  get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answer(request, reply, () => {
      const parameters = new URLSearchParams(request.url.slice(request.url.indexOf('?') + 1));
      for (const name of [...parameters.keys()]) if (/^x-amz-/i.test(name)) parameters.delete(name);
      return parameters;
    });
  }

  private async answer(http: FastifyRequest, reply: FastifyReply, read: () => URLSearchParams): Promise<void> {
    const facts = requestFacts(http);
    const { requestId } = facts;
    let service: AwsService | undefined;
    try {
      const parameters = read();
      service = serviceOf(parameters);
      const operation = this.operationOf(service, parameters);
      const rawInput = decodeForm(parameters, operation.input);
      const output = await this.pipeline.run({ operation, http, facts, rawInput });
      const result = {
        operation: operation.name.slice(operation.name.indexOf(':') + 1),
        namespace: service.namespace,
        requestId,
        schema: operation.output,
        output,
      };
      void reply.status(200).header('content-type', 'text/xml').header('x-amzn-requestid', requestId);
      await reply.send(encodeResult(result));
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status >= 500) this.logger.error({ err: thrown, requestId }, 'request failed');
      writeAwsError(reply, error, service);
    }
  }

  /** @throws ApiError MissingAction, InvalidAction */
  private operationOf({ prefix, version }: AwsService, parameters: URLSearchParams): Operation {
    const action = parameters.get('Action');
    if (!action) throw new ApiError('MissingAction', 'The request must contain the parameter Action.');
    const operation = this.registry.named(`${prefix}:${action}`);
    if (operation) return operation;
    const shown = /^\w{1,128}$/.test(action) ? action : 'the given name';
    throw new ApiError('InvalidAction', `Could not find operation ${shown} for version ${version}.`);
  }
}

/** @throws ApiError InvalidAction */
function serviceOf(parameters: URLSearchParams): AwsService {
  const version = parameters.get('Version');
  const service = awsServices.find((candidate) => candidate.version === version);
  if (service) return service;
  const known = awsServices.map((candidate) => `${candidate.version} (${candidate.prefix})`).join(', ');
  throw new ApiError('InvalidAction', `The parameter Version must be one of: ${known}.`);
}
