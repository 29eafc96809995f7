import type { AccountPolicy } from './account-facts.js';
import type { Fix } from './check.js';

const titles = { user: 'User', group: 'Group', role: 'Role' } as const;

/** The call that replaces the text of the policy; a person must write the text. */
export function policyFix({ owner, name, resource }: AccountPolicy): Fix[] {
  if (!owner) return [{ operation: 'iam:CreatePolicyVersion', input: { policyArn: resource, setAsDefault: true } }];
  const operation = `iam:Put${titles[owner.type]}Policy`;
  return [{ operation, input: { [`${owner.type}Name`]: owner.name, policyName: name } }];
}
