import { Controller } from '@nestjs/common';
import type { OperationContext } from '../access/operations/operation.js';
import { Operation } from '../access/operations/operation.decorator.js';
import { parseArn } from '../common/arn.js';
import { type Evaluation, evaluationInput, evaluationOutput } from './evaluation.schema.js';
import { EvaluationService } from './evaluation.service.js';

/** Source: OpenID AuthZEN Authorization API 1.0. */
@Controller()
export class DecisionsController {
  constructor(private readonly evaluations: EvaluationService) {}

  @Operation({
    name: 'gatehouse:Evaluate',
    summary: 'Ask whether a principal may do something',
    description:
      'OpenID AuthZEN Authorization API 1.0, Access Evaluation. Principals of the management account may ask about every account, others about their own.',
    route: 'POST /access/v1/evaluation',
    accessLevel: 'Read',
    input: evaluationInput,
    output: evaluationOutput,
    locate: ({ input, caller, partition }) => {
      const { type, id } = input.subject;
      if (type === 'token') return { arn: `arn:${partition}:gatehouse::${caller.accountId}:token`, row: undefined };
      const owner = caller.isManagement ? caller.accountId : parseArn(id)?.accountId;
      return { arn: id, row: undefined, ...(owner ? { ownerId: owner } : {}) };
    },
    errors: ['InvalidInput'],
  })
  evaluate(input: Evaluation, { caller, request }: OperationContext) {
    return this.evaluations.evaluate(input, caller, request);
  }
}
