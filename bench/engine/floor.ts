import type { Candidate } from './candidate.js';
import type { Rule } from './workload.js';

/** The floor: the same checks, written by hand for this workload only. */
export const floor: Candidate = {
  name: 'by hand (the floor)',
  prepare: ({ policies, asks }) => {
    const byAction = new Map<string, Rule[]>();
    for (const rule of policies.flat()) {
      const rules = byAction.get(rule.action);
      if (rules) rules.push(rule);
      else byAction.set(rule.action, [rule]);
    }
    return (index) => {
      const { action, resource, department } = asks[index]!;
      const rules = byAction.get(action);
      if (rules === undefined) return false;
      let isAllowed = false;
      for (const rule of rules) {
        if (!resource.startsWith(rule.prefix)) continue;
        if (rule.department !== undefined && rule.department !== department) continue;
        if (!rule.isAllow) return false;
        isAllowed = true;
      }
      return isAllowed;
    };
  },
};
