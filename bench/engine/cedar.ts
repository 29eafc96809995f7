import { createRequire } from 'node:module';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import { type Candidate, prepared } from './candidate.js';
import type { Rule } from './workload.js';

const cedarWasm = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as typeof Cedar;

/** Cedar's WebAssembly build, with the policies parsed in advance. */
export const cedar: Candidate = {
  name: 'Cedar (WebAssembly)',
  prepare: ({ policies, asks }) => {
    const rules = policies.flat();
    const id = `workload-${rules.length}`;
    const staticPolicies = rules.map(toCedar).join('\n');
    const parsed = cedarWasm.preparsePolicySet(id, { staticPolicies });
    if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));
    const calls = prepared(asks, ({ action, resource, department }) => ({
      principal: { type: 'User', id: 'ana' },
      action: { type: 'Action', id: action },
      resource: { type: 'Thing', id: 'it' },
      context: { resource, department },
      preparsedPolicySetId: id,
      entities: [],
    }));
    return (index) => {
      const answer = cedarWasm.statefulIsAuthorized(calls[index]!);
      if (answer.type !== 'success') throw new Error(JSON.stringify(answer));
      return answer.response.decision === 'allow';
    };
  },
};

function toCedar({ isAllow, action, prefix, department }: Rule): string {
  const conditions = [`context.resource like "${prefix}*"`];
  if (department !== undefined) conditions.push(`context.department == "${department}"`);
  const effect = isAllow ? 'permit' : 'forbid';
  return `${effect}(principal, action == Action::"${action}", resource) when { ${conditions.join(' && ')} };`;
}
