import { iamArn, nameOfFull } from '../full-account.js';
import { manyStatements } from '../long-policies.js';
import { times } from './questions.js';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: times(20, () => ({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' })),
});
const suffix = { name: 'suffix', type: 'String' };

/** A role template with about the maximum number of characters. */
export const largestTemplate = {
  roleNamePattern: 'largest-@{suffix}',
  rolePathPattern: '/',
  assumeRolePolicyDocumentTemplate: trust,
  inlinePolicyTemplates: times(10, (index) => ({ policyName: `p${index}`, policyDocument: manyStatements(2_400) })),
  parametersDefinition: [suffix],
  roleTagsTemplate: times(50, (index) => ({ key: `k${index}`.padEnd(128, 'k'), value: 'v'.repeat(256) })),
};

/** A role template from which a role of the maximum size is created. */
export const goodTemplate = (accountId: string) => ({
  ...largestTemplate,
  roleNamePattern: 'acquired-@{suffix}',
  inlinePolicyTemplates: times(10, (index) => ({ policyName: `p${index}`, policyDocument: manyStatements(1_000) })),
  managedPolicyArns: times(10, (index) => iamArn(accountId, 'policy', nameOfFull('p', index + 1, 128))),
});
