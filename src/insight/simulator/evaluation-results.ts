import { denialReason, type PolicyLayer, type StatementExplanation, type Verdict } from 'gatehouse-policy-engine';
import { evaluate, type Evaluation, type Simulation } from './simulation.js';
import type { SimulationBudget } from './simulation-budget.js';
import type { EvaluationResult, explainOutput, MatchedStatement } from './simulator.schema.js';
import type { z } from 'zod';

type ResourceResult = NonNullable<EvaluationResult['resourceSpecificResults']>[number];
type Explained = z.input<typeof explainOutput>['explanations'][number];

/** Most restrictive first. */
const SEVERITY: readonly Verdict[] = ['explicitDeny', 'implicitDeny', 'allowed'];

/** The names in the sample responses of the API reference, in results and in `EvalDecisionDetails`. */
const POLICY_TYPES: Partial<Record<PolicyLayer, string>> = {
  identity: 'IAM Policy',
  resource: 'Resource Policy',
  permissionsBoundary: 'Permissions Boundary Policy',
};

/**
 * One result per action: the most restrictive decision of all resources, and the decision for each resource.
 *
 * Source: IAM API reference, data types `EvaluationResult` ("a single EvaluationResult per action") and
 * `ResourceSpecificResult`.
 */
export async function toEvaluationResult(
  simulation: Simulation,
  action: string,
  budget: SimulationBudget,
): Promise<EvaluationResult> {
  const evaluations: { result: ResourceResult; byOrganization: ReturnType<typeof organizationOf> }[] = [];
  for (const resource of simulation.resources) {
    const evaluation = await evaluate(simulation, action, resource, budget.slices);
    const result = toResourceResult(evaluation);
    budget.addResult(charactersOf(result));
    // Without the statements: those of all resources are too many to keep.
    evaluations.push({ result, byOrganization: organizationOf(evaluation) });
  }
  const perResource = evaluations.map(({ result }) => result);
  const decision = strictest(perResource.map(({ evalResourceDecision }) => evalResourceDecision));
  const deciding = perResource.filter(({ evalResourceDecision }) => evalResourceDecision === decision);
  const [only, second] = simulation.resources;
  const isAnyResource = only!.name === '*';
  const limitedBy = perResource.flatMap(({ permissionsBoundaryDecisionDetail: detail }) => detail ?? []);
  const details = mergeDetails(perResource);
  const organizations = byOrganizations(
    evaluations.map(({ byOrganization }) => byOrganization),
    simulation,
  );
  return {
    evalActionName: action,
    evalResourceName: second === undefined ? only!.name : (simulation.templates?.get(action) ?? '*'),
    evalDecision: decision,
    matchedStatements: decision === 'implicitDeny' ? [] : distinct(deciding.flatMap((one) => one.matchedStatements)),
    missingContextValues: [...new Set(perResource.flatMap((one) => one.missingContextValues))],
    ...(limitedBy.length > 0
      ? {
          permissionsBoundaryDecisionDetail: {
            allowedByPermissionsBoundary: limitedBy.every((detail) => detail.allowedByPermissionsBoundary),
          },
        }
      : {}),
    ...(organizations ?? {}),
    // Absent for `*` within the account and if the organization ended the evaluation; otherwise present even if empty.
    ...((isAnyResource && Object.keys(details).length === 0) ||
    organizations?.organizationsDecisionDetail.allowedByOrganizations === false
      ? {}
      : { evalDecisionDetails: details }),
    ...(isAnyResource ? {} : { resourceSpecificResults: perResource }),
  };
}

/** Every statement of every policy, and which of its elements matched. */
export async function toExplanations(
  simulation: Simulation,
  action: string,
  budget: SimulationBudget,
): Promise<Explained[]> {
  const explained: Explained[] = [];
  for (const resource of simulation.resources) {
    const { request, explanation, missingContextValues } = await evaluate(simulation, action, resource, budget.slices);
    const { decision, statements } = explanation;
    budget.addResult(resource.name.length + lengthOf(missingContextValues) + lengthOfStatements(statements));
    explained.push({
      actionName: action,
      resourceName: resource.name,
      decision: decision.verdict,
      ...(decision.layer === undefined ? {} : { layer: decision.layer }),
      reason: decision.verdict === 'allowed' ? `${action} is allowed` : `Denied ${denialReason(decision, request)}`,
      missingContextValues: [...missingContextValues],
      statements: statements.map(({ policy, position, conditions, ...statement }) => ({
        ...statement,
        policy: policy.id,
        policyType: policy.type,
        startPosition: position.start,
        endPosition: position.end,
        conditions: conditions.map((condition) => ({
          ...condition,
          expected: [...condition.expected],
          actual: [...condition.actual],
        })),
      })),
    });
  }
  return explained;
}

/** Approximate characters of an object with a few short members. */
const OBJECT_CHARACTERS = 200;

function charactersOf({ evalResourceName, matchedStatements, missingContextValues }: ResourceResult): number {
  const objects = OBJECT_CHARACTERS * (1 + matchedStatements.length);
  return objects + evalResourceName.length + lengthOf(missingContextValues);
}

function lengthOfStatements(statements: readonly StatementExplanation[]): number {
  return statements.reduce(
    (sum, { conditions }) =>
      sum +
      2 * OBJECT_CHARACTERS +
      conditions.reduce(
        (all, { expected, actual }) => all + OBJECT_CHARACTERS + lengthOf(expected) + lengthOf(actual),
        0,
      ),
    0,
  );
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length + 3, 0);
}

function toResourceResult({ request, explanation, missingContextValues, isCrossAccount }: Evaluation): ResourceResult {
  const { decision, statements } = explanation;
  const boundary = verdictOf(statements, 'permissionsBoundary');
  return {
    evalResourceName: request.resource,
    evalResourceDecision: decision.verdict,
    matchedStatements: matched(statements, decision.verdict),
    missingContextValues: [...missingContextValues],
    ...(boundary === undefined
      ? {}
      : { permissionsBoundaryDecisionDetail: { allowedByPermissionsBoundary: boundary === 'allowed' } }),
    ...(isCrossAccount ? { evalDecisionDetails: decisionDetails(statements) } : {}),
  };
}

/** The Deny statements of a denial, of any layer; otherwise the Allow statements, which only two layers can have. */
function matched(statements: readonly StatementExplanation[], verdict: Verdict): MatchedStatement[] {
  const effect = verdict === 'explicitDeny' ? 'Deny' : 'Allow';
  const grants: readonly PolicyLayer[] = ['identity', 'resource'];
  return statements
    .filter((statement) => statement.applies && statement.effect === effect)
    .filter(({ layer }) => effect === 'Deny' || grants.includes(layer))
    .map(({ policy, layer, position }) => ({
      sourcePolicyId: policy.type === 'managed' ? policy.id.slice(policy.id.lastIndexOf('/') + 1) : policy.id,
      sourcePolicyType: POLICY_TYPES[layer] ?? 'Organizations Policy',
      startPosition: position.start,
      endPosition: position.end,
    }));
}

function decisionDetails(statements: readonly StatementExplanation[]): Record<string, Verdict> {
  const entries = (Object.entries(POLICY_TYPES) as [PolicyLayer, string][]).map(
    ([layer, name]) => [name, verdictOf(statements, layer) ?? defaultOf(layer)] as const,
  );
  return Object.fromEntries(entries.filter((entry): entry is [string, Verdict] => entry[1] !== undefined));
}

/** A layer that always exists denies by default, even if it is empty. */
function defaultOf(layer: PolicyLayer): Verdict | undefined {
  return layer === 'permissionsBoundary' ? undefined : 'implicitDeny';
}

/** The decision of one layer alone; undefined if it does not exist. */
function verdictOf(statements: readonly StatementExplanation[], layer: PolicyLayer): Verdict | undefined {
  const own = statements.filter((statement) => statement.layer === layer);
  if (own.length === 0) return undefined;
  const applying = own.filter(({ applies }) => applies);
  if (applying.some(({ effect }) => effect === 'Deny')) return 'explicitDeny';
  return applying.length > 0 ? 'allowed' : 'implicitDeny';
}

/** The organization's decision for one evaluation; undefined if it has no control policies. */
function organizationOf({ explanation }: Evaluation): 'allowed' | 'stopped' | undefined {
  if (!explanation.statements.some(isControl)) return undefined;
  const { layer } = explanation.decision;
  return layer === 'serviceControl' || layer === 'resourceControl' ? 'stopped' : 'allowed';
}

/** Without a control policy an organization allows everything, as with AWS's FullAWSAccess. */
function byOrganizations(
  evaluations: readonly ('allowed' | 'stopped' | undefined)[],
  { isInOrganization }: Simulation,
): { organizationsDecisionDetail: { allowedByOrganizations: boolean } } | undefined {
  if (evaluations.every((one) => one === undefined) && !isInOrganization) return undefined;
  return { organizationsDecisionDetail: { allowedByOrganizations: !evaluations.includes('stopped') } };
}

function isControl({ layer }: StatementExplanation): boolean {
  return layer === 'serviceControl' || layer === 'resourceControl';
}

function strictest(verdicts: readonly Verdict[]): Verdict {
  return SEVERITY.find((verdict) => verdicts.includes(verdict)) ?? 'implicitDeny';
}

function mergeDetails(results: readonly ResourceResult[]): Record<string, Verdict> {
  const merged: Record<string, Verdict> = {};
  for (const [name, verdict] of results.flatMap((one) => Object.entries(one.evalDecisionDetails ?? {}))) {
    merged[name] = strictest([verdict, merged[name] ?? verdict]);
  }
  return merged;
}

function distinct(statements: readonly MatchedStatement[]): MatchedStatement[] {
  return [...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values()];
}
