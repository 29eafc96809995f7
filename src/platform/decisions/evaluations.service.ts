import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import type { Caller } from '../../access/actions/caller.js';
import { toApiError } from '../../operations/to-api-error.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import { type Evaluation, evaluationInput } from './evaluation.schema.js';
import { EvaluationService } from './evaluation.service.js';
import type { Evaluations, EvaluationsResult, OneResult } from './evaluations.schema.js';

type Partly = { readonly [Member in keyof Evaluation]?: Evaluation[Member] | undefined };

/** Batches of decisions: OpenID AuthZEN Authorization API 1.0 §7. */
@Injectable()
export class EvaluationsService {
  constructor(private readonly evaluations: EvaluationService) {}

  /** @throws ApiError InvalidInput if there are no evaluations and the question itself is incomplete */
  async evaluate(input: Evaluations, asker: Caller, request: RequestFacts): Promise<EvaluationsResult> {
    const { evaluations = [], options, ...defaults } = input;
    if (evaluations.length === 0) return this.evaluations.evaluate(complete(defaults), asker, request);
    // §7.1.2: the decision after which the evaluation stops.
    const last = { deny_on_first_deny: false, permit_on_first_permit: true, execute_all: undefined };
    const stopAt = last[options?.evaluations_semantic ?? 'execute_all'];
    const results: OneResult[] = [];
    const slices = new TimeSlices();
    for (const evaluation of evaluations) {
      await slices.next();
      const result = await this.one({ ...defaults, ...evaluation }, asker, request);
      results.push(result);
      if (result.decision === stopAt) break;
    }
    return { evaluations: results };
  }

  private async one(evaluation: Partly, asker: Caller, request: RequestFacts): Promise<OneResult> {
    try {
      return await this.evaluations.evaluate(complete(evaluation), asker, request);
    } catch (thrown) {
      const error = toApiError(thrown);
      if (error.status >= 500) throw thrown;
      return { decision: false, context: { error: { status: error.restStatus, message: error.message } } };
    }
  }
}

function complete(evaluation: Partly): Evaluation {
  const parsed = evaluationInput.safeParse(evaluation);
  if (parsed.success) return parsed.data;
  throw new ApiError('InvalidInput', 'An evaluation requires a subject, an action and a resource.');
}
