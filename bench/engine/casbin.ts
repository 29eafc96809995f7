import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import { type Candidate, prepared } from './candidate.js';

const MODEL = `
[request_definition]
r = obj, act, dept
[policy_definition]
p = obj, act, dept, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.act == p.act && keyMatch(r.obj, p.obj) && (p.dept == "any" || r.dept == p.dept)
`;

export const casbin: Candidate = {
  name: 'casbin',
  prepare: async ({ policies, asks }) => {
    const lines = policies
      .flat()
      .map(({ isAllow, action, prefix, department = 'any' }) =>
        ['p', `${prefix}*`, action, department, isAllow ? 'allow' : 'deny'].join(', '),
      );
    const enforcer = await newEnforcer(newModelFromString(MODEL), new StringAdapter(lines.join('\n')));
    const requests = prepared(asks, ({ action, resource, department }) => [resource, action, department]);
    return (index) => enforcer.enforceSync(...requests[index]!);
  },
};
