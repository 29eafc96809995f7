import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AnswerCookie } from '../../access/actions/request-facts.js';
import { Clock } from '../../kernel/clock/clock.js';
import { OperationPipeline } from '../../operations/pipeline.js';
import { OperationRegistry } from '../../operations/operation-registry.js';
import { requestFacts } from '../rest/request-facts.js';

/** Operations that pages run for people: through their plans, as REST does. */
@Injectable()
export class PageOperations {
  constructor(
    private readonly pipeline: OperationPipeline,
    private readonly registry: OperationRegistry,
    private readonly clock: Clock,
  ) {}

  /**
   * @param cookies gets the cookies of the answer
   * @throws ApiError as the operation does
   */
  async run<Output>(
    name: `gatehouse:${string}`,
    rawInput: object,
    http: FastifyRequest,
    cookies: AnswerCookie[] = [],
  ): Promise<Output> {
    const operation = this.registry.named(name);
    if (!operation) throw new Error(`There is no ${name}`);
    const facts = requestFacts(http, this.clock.now(), cookies);
    return (await this.pipeline.run({ operation, door: 'rest', http, facts, rawInput })) as Output;
  }
}
