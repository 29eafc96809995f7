import type { CompiledPolicy } from '../compile/compiled-policy.js';
import { beginWork, endWork } from '../matching/work.js';
import type { AuthorizationRequest, Decision, PolicySet } from '../model.js';
import { decide } from './decide.js';
import { explainLayer, type StatementExplanation } from './explain-statement.js';

export interface Explanation {
  readonly decision: Decision;
  /** Every statement of every layer, in the order of the given layers and policies. */
  readonly statements: readonly StatementExplanation[];
}

/**
 * Decides, and reports for every statement which elements matched. For people: it is slower and allocates memory.
 *
 * @throws WorkLimitExceeded like `decide`
 */
export function explain(request: AuthorizationRequest, policies: PolicySet<CompiledPolicy>): Explanation {
  const decision = decide(request, policies);
  beginWork();
  try {
    return { decision, statements: explainStatements(request, policies) };
  } finally {
    endWork();
  }
}

function explainStatements(
  request: AuthorizationRequest,
  policies: PolicySet<CompiledPolicy>,
): readonly StatementExplanation[] {
  const layer = explainLayer(request, policies.permissionsBoundary !== undefined);
  return [
    ...layer('resourceControl', policies.resourceControl?.flat() ?? []),
    ...layer('serviceControl', policies.serviceControl?.flat() ?? []),
    ...layer('resource', policies.resource === undefined ? [] : [policies.resource]),
    ...layer('identity', policies.identity),
    ...layer('permissionsBoundary', policies.permissionsBoundary === undefined ? [] : [policies.permissionsBoundary]),
    ...layer('session', [...(policies.session ?? []), ...(policies.scopeDown?.flat() ?? [])]),
  ];
}
