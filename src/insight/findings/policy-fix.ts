import type { AccountPolicy } from './account-facts.js';
import type { Fix } from './check.js';

const titles = { user: 'User', group: 'Group', role: 'Role' } as const;

/** Where a better text of the policy goes; the text is for whoever knows what is needed. */
export function policyFix({ owner, name, resource }: AccountPolicy): Fix[] {
  if (!owner) return [{ operation: 'iam:CreatePolicyVersion', input: { policyArn: resource, setAsDefault: true } }];
  const operation = `iam:Put${titles[owner.type]}Policy`;
  return [{ operation, input: { [`${owner.type}Name`]: owner.name, policyName: name } }];
}
