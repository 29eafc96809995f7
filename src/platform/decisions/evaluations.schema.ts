import { z } from 'zod';
import { action, conditions, decisionContext, resource, subject } from './evaluation.schema.js';

/** So that one call cannot occupy a processor for long. */
const MAXIMUM_EVALUATIONS = 100;

const parts = {
  subject: subject.optional(),
  action: action.optional(),
  resource: resource.optional(),
  context: conditions.optional(),
};

/** OpenID AuthZEN Authorization API 1.0 §7: members at the top level apply to each evaluation that omits them. */
export const evaluationsInput = z.object({
  ...parts,
  evaluations: z.array(z.object(parts)).max(MAXIMUM_EVALUATIONS).optional(),
  options: z
    .looseObject({
      evaluations_semantic: z.enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit']).optional(),
    })
    .optional(),
});

/**
 * An invalid evaluation is denied, with the error in its context (§7.2.1). Without encoded messages, which differ each
 * time: the same batch has the same response, and it stays small.
 */
const result = z.object({
  decision: z.boolean(),
  context: z.union([
    decisionContext.omit({ encodedAuthorizationMessage: true }),
    z.object({ error: z.object({ status: z.number(), message: z.string() }) }),
  ]),
});

/** Without `evaluations`, the response is that of a single evaluation (§7.1). */
export const evaluationsOutput = z.object({
  decision: z.boolean().optional(),
  context: decisionContext.optional(),
  evaluations: z.array(result).optional(),
});

export type Evaluations = z.output<typeof evaluationsInput>;
export type EvaluationsResult = z.input<typeof evaluationsOutput>;
export type OneResult = z.input<typeof result>;
