import {
  type CompiledPolicy,
  compilePolicy,
  conditionContext,
  decide,
  MatcherPool,
  mergePolicies,
  parsePolicy,
} from 'gatehouse-policy-engine';
import { type Candidate, prepared } from './candidate.js';
import { ACCOUNT, type Rule, type Workload } from './workload.js';

export const principal = { type: 'user', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ana` } as const;

export const gatehouse: Candidate = {
  name: 'Gatehouse',
  prepare: ({ policies, asks }) => {
    const set = { identity: [compileAll(policies)] };
    const requests = prepared(asks, ({ action, resource, department }) => ({
      principal,
      action,
      resource,
      // Like the server, which knows the owner of the resource.
      resourceAccountId: ACCOUNT,
      context: conditionContext([['aws:PrincipalTag/department', department]]),
    }));
    return (index) => decide(requests[index]!, set).verdict === 'allowed';
  },
};

/** Like the server for a principal: parsed from text, compiled with shared parts, merged into one index. */
export function compileAll(policies: Workload['policies'], pool = new MatcherPool()): CompiledPolicy {
  return mergePolicies(
    policies.map((rules, index) => {
      const document = parsePolicy(JSON.stringify(toPolicy(rules)), 'identity');
      return compilePolicy(document, { id: `policy-${index}`, type: 'managed' }, pool);
    }),
  );
}

function toPolicy(rules: readonly Rule[]): object {
  const Statement = rules.map(({ isAllow, action, prefix, department }) => ({
    Effect: isAllow ? 'Allow' : 'Deny',
    Action: action,
    Resource: `${prefix}*`,
    ...(department === undefined ? {} : { Condition: { StringEquals: { 'aws:PrincipalTag/department': department } } }),
  }));
  return { Version: '2012-10-17', Statement };
}
