import { z } from 'zod';
import { policyDocument } from '../../kernel/policy-document.schema.js';
import { secret } from '../../operations/redact.js';

/** Limited because the text comes from the platform's own users. */
const conditionValue = z.union([z.string().max(2048), z.number(), z.boolean()]);
/** Any JSON (AuthZEN 1.0 §5.4); values that cannot be condition keys are ignored. */
const contextValue = z.union([conditionValue, z.array(conditionValue).max(50), z.unknown().transform(() => undefined)]);
export const conditions = z
  .record(z.string().min(1).max(256), contextValue)
  .refine((entries) => Object.keys(entries).length <= 50, { message: 'Member must have at most 50 entries' });

/** Tags, the resource's own policy, and other properties of a resource. */
const properties = z.looseObject({
  tags: z.record(z.string().max(128), z.string().max(256)).optional(),
  /** A resource-based policy, JSON: 20,480 characters, a common limit of AWS's services. */
  policy: policyDocument('resource', 20_480).optional(),
});

/** Members that the standard does not define are ignored everywhere, as it requires (§10.1.1). */
export const subject = z.object({
  /** `principal`: the ID is an ARN. `token`: the ID is an access token. */
  type: z.enum(['principal', 'token']),
  id: secret(z.string().min(1).max(8192)),
  properties: z.looseObject({}).optional(),
});

export const action = z.object({
  name: z
    .string()
    .max(256)
    .regex(/^[\w-]+:[\w-]+$/, { message: 'Member must be an action, for example orders:CreateOrder' }),
  properties: z.looseObject({}).optional(),
});

export const resource = z.object({
  type: z.string().min(1).max(256),
  /** An ARN, or * for an action without a resource. */
  id: z.string().min(1).max(2048),
  properties: properties.optional(),
});

/** OpenID AuthZEN Authorization API 1.0 §5 and §6. */
export const evaluationInput = z.object({
  subject,
  action,
  resource,
  /** Condition keys and their values. */
  context: conditions.optional(),
});

export const decisionContext = z.object({
  /** The reason, in one sentence. */
  reason: z.string(),
  /**
   * For a denial: its complete reason, for those whom the subject's account permits to read it
   * (sts:DecodeAuthorizationMessage).
   */
  encodedAuthorizationMessage: z.string().optional(),
  verdict: z.enum(['allowed', 'explicitDeny', 'implicitDeny']),
  /** The statements that determined the decision. */
  statements: z.array(
    z.object({ policy: z.string(), policyType: z.string(), sid: z.string().optional(), index: z.number() }),
  ),
});

export const evaluationOutput = z.object({ decision: z.boolean(), context: decisionContext });

export type Evaluation = z.output<typeof evaluationInput>;
export type EvaluationResult = z.input<typeof evaluationOutput>;
