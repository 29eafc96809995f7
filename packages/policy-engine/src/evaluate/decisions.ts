import type { CompiledStatement } from '../compile/compiled-statement.js';
import type { DecidingStatement, Decision, PolicyLayer } from '../model.js';

const IMPLICIT_DENY: Readonly<Record<PolicyLayer, Decision>> = {
  identity: { verdict: 'implicitDeny', statements: [], layer: 'identity' },
  resource: { verdict: 'implicitDeny', statements: [], layer: 'resource' },
  permissionsBoundary: { verdict: 'implicitDeny', statements: [], layer: 'permissionsBoundary' },
  session: { verdict: 'implicitDeny', statements: [], layer: 'session' },
  serviceControl: { verdict: 'implicitDeny', statements: [], layer: 'serviceControl' },
  resourceControl: { verdict: 'implicitDeny', statements: [], layer: 'resourceControl' },
  trust: { verdict: 'implicitDeny', statements: [], layer: 'trust' },
};

/** The root user needs no statement. */
const ALLOWED_WITHOUT_STATEMENT: Decision = { verdict: 'allowed', statements: [] };

/** @param layer the first one without an Allow */
export function implicitDeny(layer: PolicyLayer): Decision {
  return IMPLICIT_DENY[layer];
}

export function explicitDeny(statement: CompiledStatement, layer: PolicyLayer): Decision {
  if (layer === 'identity') return (statement.identityDecision ??= denied(statement, layer));
  return denied(statement, layer);
}

function denied(statement: CompiledStatement, layer: PolicyLayer): Decision {
  return { verdict: 'explicitDeny', statements: [decidingStatement(statement, layer)], layer };
}

export function allowedByIdentity(statement: CompiledStatement): Decision {
  return (statement.identityDecision ??= {
    verdict: 'allowed',
    statements: [decidingStatement(statement, 'identity')],
  });
}

/** @param resourceLayer the layer of `resource`: a resource-based policy or a trust policy */
export function allowed(
  identity: CompiledStatement | undefined,
  resource: CompiledStatement | undefined,
  resourceLayer: 'resource' | 'trust',
): Decision {
  if (resource === undefined) return identity === undefined ? ALLOWED_WITHOUT_STATEMENT : allowedByIdentity(identity);
  const statements = identity === undefined ? [] : [decidingStatement(identity, 'identity')];
  return { verdict: 'allowed', statements: [...statements, decidingStatement(resource, resourceLayer)] };
}

function decidingStatement(statement: CompiledStatement, layer: PolicyLayer): DecidingStatement {
  const { sid } = statement.statement;
  return sid === undefined
    ? { policy: statement.source, layer, index: statement.index }
    : { policy: statement.source, layer, sid, index: statement.index };
}
