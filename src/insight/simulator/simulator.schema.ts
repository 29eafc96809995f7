import { z } from 'zod';
import { policyDocument } from '../../kernel/policy-document.schema.js';
import { arn } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';

/** Lists of the simulator have no limit in AWS's model; these limit the work of one request. */
const policyInputList = z.array(policyDocument()).max(50);
const resourceName = z.string().min(1).max(2048);

const contextEntry = z
  .strictObject({
    contextKeyName: z.string().min(5).max(256),
    contextKeyValues: z.array(z.string().max(2048)).max(100),
    contextKeyType: z.enum([
      'string',
      'stringList',
      'numeric',
      'numericList',
      'boolean',
      'booleanList',
      'ip',
      'ipList',
      'binary',
      'binaryList',
      'date',
      'dateList',
    ]),
  })
  .meta({ id: 'ContextEntry' });

export type ContextEntry = z.output<typeof contextEntry>;

const simulated = {
  permissionsBoundaryPolicyInputList: z.array(policyDocument()).max(50).optional(),
  actionNames: z.array(z.string().min(3).max(128)).min(1).max(1000),
  resourceArns: z.array(resourceName).max(500).optional(),
  resourcePolicy: policyDocument('resource').optional(),
  resourceOwner: resourceName.optional(),
  callerArn: resourceName.optional(),
  contextEntries: z.array(contextEntry).max(200).optional(),
  resourceHandlingOption: z.string().min(1).max(64).optional(),
  ...pagingInput,
};

/** Source: IAM API reference, SimulateCustomPolicy. */
export const simulateCustomInput = z.strictObject({ policyInputList, ...simulated });
/** Source: IAM API reference, SimulatePrincipalPolicy. */
export const simulatePrincipalInput = z.strictObject({
  policySourceArn: arn,
  policyInputList: policyInputList.optional(),
  ...simulated,
});

const verdict = z.enum(['allowed', 'explicitDeny', 'implicitDeny']);
const position = z.object({ line: z.number(), column: z.number() }).meta({ id: 'Position' });
const matchedStatement = z
  .object({
    sourcePolicyId: z.string(),
    /** `IAM Policy`, `Resource Policy` or `Permissions Boundary Policy`. */
    sourcePolicyType: z.string(),
    startPosition: position,
    endPosition: position,
  })
  .meta({ id: 'MatchedStatement' });

const findings = {
  matchedStatements: z.array(matchedStatement),
  missingContextValues: z.array(z.string()),
  permissionsBoundaryDecisionDetail: z.object({ allowedByPermissionsBoundary: z.boolean() }).optional(),
  evalDecisionDetails: z.record(z.string(), verdict).optional(),
};

const evaluationResult = z
  .object({
    evalActionName: z.string(),
    evalResourceName: z.string(),
    evalDecision: verdict,
    ...findings,
    organizationsDecisionDetail: z.object({ allowedByOrganizations: z.boolean() }).optional(),
    resourceSpecificResults: z
      .array(z.object({ evalResourceName: z.string(), evalResourceDecision: verdict, ...findings }))
      .optional(),
  })
  .meta({ id: 'EvaluationResult' });

export type EvaluationResult = z.input<typeof evaluationResult>;
export type MatchedStatement = z.input<typeof matchedStatement>;

export const simulateOutput = z.object({ evaluationResults: z.array(evaluationResult), ...pagingOutput });

const explainedStatement = z
  .object({
    policy: z.string(),
    policyType: z.string(),
    layer: z.string(),
    index: z.number(),
    sid: z.string().optional(),
    effect: z.enum(['Allow', 'Deny']),
    startPosition: position,
    endPosition: position,
    /** All elements matched: the statement takes effect. */
    applies: z.boolean(),
    action: z.boolean(),
    resource: z.boolean().optional(),
    principal: z.boolean().optional(),
    conditions: z.array(
      z.object({
        operator: z.string(),
        key: z.string(),
        expected: z.array(z.string()),
        actual: z.array(z.string()),
        matched: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'ExplainedStatement' });

export const explainOutput = z.object({
  explanations: z.array(
    z
      .object({
        actionName: z.string(),
        resourceName: z.string(),
        decision: verdict,
        /** For a denial: the kind of policy that denied, or the first without an Allow. */
        layer: z.string().optional(),
        reason: z.string(),
        missingContextValues: z.array(z.string()),
        statements: z.array(explainedStatement),
      })
      .meta({ id: 'Explanation' }),
  ),
  ...pagingOutput,
});

/** Source: IAM API reference, GetContextKeysForCustomPolicy and GetContextKeysForPrincipalPolicy. */
export const customContextKeysInput = z.strictObject({ policyInputList });
export const principalContextKeysInput = z.strictObject({
  policySourceArn: arn,
  policyInputList: policyInputList.optional(),
});
export const contextKeysOutput = z.object({ contextKeyNames: z.array(z.string()) });
