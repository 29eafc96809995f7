import {
  findCredentialsOfOthers,
  findPassRoleOnEverything,
  type PolicyDocument,
  type Statement,
} from 'gatehouse-policy-engine';

/** Permissions that a policy should not grant. */
export type PolicyGrant = 'everyAction' | 'everyRole' | 'everyCredential';

export function grantsOf(document: PolicyDocument): ReadonlySet<PolicyGrant> {
  const grants = new Set<PolicyGrant>();
  if (document.statements.some(isFullAccess)) grants.add('everyAction');
  if (findPassRoleOnEverything(document, undefined).length > 0) grants.add('everyRole');
  if (findCredentialsOfOthers(document, undefined).length > 0) grants.add('everyCredential');
  return grants;
}

function isFullAccess({ effect, action, resource, conditions }: Statement): boolean {
  return (
    effect === 'Allow' &&
    conditions.length === 0 &&
    !action.negated &&
    action.patterns.some((pattern) => /^\*(?::\*)?$/.test(pattern)) &&
    resource?.negated === false &&
    resource.patterns.includes('*')
  );
}
