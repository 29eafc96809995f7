import type { TimeSlices } from '../../kernel/time-slices.js';
import {
  type AuthorizationRequest,
  type CompiledPolicy,
  type ConditionContext,
  explain,
  type Explanation,
  type PolicyDocument,
  type PolicySet,
  type RequestPrincipal,
  type StatementExplanation,
} from 'gatehouse-policy-engine';
import type { SimulatedPolicy } from './simulated-policies.js';

/** Everything that a simulation needs to decide about an action and a resource. */
export interface Simulation {
  readonly principal: Extract<RequestPrincipal, { accountId: string }>;
  readonly policies: PolicySet<SimulatedPolicy>;
  readonly context: ConditionContext;
  readonly actions: readonly string[];
  readonly resources: readonly SimulatedResource[];
  /** By action: the ARN format of several resources, if it is known and common to all. */
  readonly templates?: ReadonlyMap<string, string>;
  /** The principal belongs to an account, and every account belongs to the platform's organization. */
  readonly isInOrganization?: true;
}

export interface SimulatedResource {
  /** An ARN or `*`. */
  readonly name: string;
  readonly ownerId: string;
}

/** One action on one resource. */
export interface Evaluation {
  readonly request: AuthorizationRequest;
  readonly explanation: Explanation;
  readonly missingContextValues: readonly string[];
  readonly isCrossAccount: boolean;
}

/** Calls the policy engine, which also decides every request. */
export async function evaluate(
  simulation: Simulation,
  action: string,
  { name, ownerId }: SimulatedResource,
  slices: TimeSlices,
): Promise<Evaluation> {
  const { principal, context, policies } = simulation;
  const request = { principal, action, resource: name, resourceAccountId: ownerId, context };
  await slices.next();
  const explanation = explain(request, compiledSet(policies));
  await slices.next();
  return {
    request,
    explanation,
    missingContextValues: missingKeys(policies, explanation.statements, context),
    isCrossAccount: ownerId !== principal.accountId,
  };
}

/** The number of statements, patterns and condition values of one evaluation. */
export async function partCount({ policies }: Simulation, slices: TimeSlices): Promise<number> {
  const counts = await slices.map(allOf(policies), ({ document }) => partsOf(document));
  return counts.reduce((sum, count) => sum + count, 0);
}

function partsOf({ statements }: PolicyDocument): number {
  return statements.reduce((sum, { action, resource, conditions }) => {
    const values = conditions.reduce((count, condition) => count + condition.values.length, 0);
    return sum + 1 + action.patterns.length + (resource?.patterns.length ?? 0) + values;
  }, 0);
}

function compiledSet(policies: PolicySet<SimulatedPolicy>): PolicySet<CompiledPolicy> {
  const list = (layer: readonly SimulatedPolicy[]) => layer.map(({ compiled }) => compiled);
  const { identity, resource, permissionsBoundary, session, serviceControl, resourceControl } = policies;
  return {
    identity: list(identity),
    ...(resource ? { resource: resource.compiled } : {}),
    ...(permissionsBoundary ? { permissionsBoundary: permissionsBoundary.compiled } : {}),
    ...(session ? { session: list(session) } : {}),
    ...(serviceControl ? { serviceControl: serviceControl.map(list) } : {}),
    ...(resourceControl ? { resourceControl: resourceControl.map(list) } : {}),
  };
}

/** In the order in which `explain` processes the layers. */
function allOf(policies: PolicySet<SimulatedPolicy>): SimulatedPolicy[] {
  return [
    ...(policies.resourceControl?.flat() ?? []),
    ...(policies.serviceControl?.flat() ?? []),
    ...(policies.resource ? [policies.resource] : []),
    ...policies.identity,
    ...(policies.permissionsBoundary ? [policies.permissionsBoundary] : []),
    ...(policies.session ?? []),
  ];
}

/** The keys that a statement for this action and resource uses, and that the request does not have. */
function missingKeys(
  policies: PolicySet<SimulatedPolicy>,
  explained: readonly StatementExplanation[],
  context: ConditionContext,
): string[] {
  const keys = allOf(policies).flatMap(({ statementKeys }) => statementKeys);
  const missing = new Map<string, string>();
  explained.forEach(({ action, resource, principal }, position) => {
    if (!action || principal === false) return;
    const { inResources, all } = keys[position]!;
    const isAbsent = (key: string) => context.get(key.toLowerCase()) === undefined;
    if (resource === false && !inResources.some(isAbsent)) return;
    for (const key of all.filter(isAbsent)) {
      if (!missing.has(key.toLowerCase())) missing.set(key.toLowerCase(), key);
    }
  });
  return [...missing.values()];
}
