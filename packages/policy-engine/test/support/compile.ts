import {
  type CompiledPolicy,
  compilePolicy,
  parseStoredPolicy,
  type PolicyKind,
  type PolicySet,
  type PolicySource,
} from '../../src/index.js';
import type { NaivePolicy } from '../naive/policy.js';

/** Through the real thing: text, parser, compiler. As stored, so that it decides on what is refused today, too. */
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
    // A control policy is of the identity kind's shape here: what its grammar allows is the parser's business.
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
