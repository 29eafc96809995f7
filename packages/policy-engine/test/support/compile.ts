import {
  type CompiledPolicy,
  compilePolicy,
  parseStoredPolicy,
  type PolicyKind,
  type PolicySet,
  type PolicySource,
} from '../../src/index.js';
import type { NaivePolicy } from '../naive/policy.js';

/**
 * Through the real code: text, parser, compiler. As a stored policy, so that policies that are refused today decide
 * too.
 */
export function compile(
  policy: object,
  kind: PolicyKind,
  type: PolicySource['type'],
  id: string = type,
): CompiledPolicy {
  return compilePolicy(parseStoredPolicy(JSON.stringify(policy), kind), { id, type });
}

export function compileSet(
  set: PolicySet<NaivePolicy>,
  resourceKind: 'resource' | 'trust' = 'resource',
): PolicySet<CompiledPolicy> {
  const identity = (type: PolicySource['type']) => (policy: NaivePolicy, index: number) =>
    compile(policy, 'identity', type, `${type}-${index}`);
  const control =
    (kind: 'serviceControl' | 'resourceControl', type: PolicySource['type']) =>
    // A control policy has the shape of the identity kind here; the parser checks its grammar.
    (levels: PolicySet<NaivePolicy>[typeof kind]) =>
      levels?.map((policies) => policies.map(identity(type)));
  const serviceControl = control('serviceControl', 'service-control')(set.serviceControl);
  const resourceControl = control('resourceControl', 'resource-control')(set.resourceControl);
  return {
    identity: set.identity.map(identity('user-inline')),
    ...(set.resource ? { resource: compile(set.resource, resourceKind, resourceKind) } : {}),
    ...(set.permissionsBoundary
      ? { permissionsBoundary: compile(set.permissionsBoundary, 'identity', 'permissions-boundary') }
      : {}),
    ...(set.session ? { session: set.session.map(identity('session')) } : {}),
    ...(serviceControl ? { serviceControl } : {}),
    ...(resourceControl ? { resourceControl } : {}),
  };
}
