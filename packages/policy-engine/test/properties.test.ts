import * as fc from 'fast-check';
import { decide, decideTrust, mergePolicies, type PolicySet } from '../src/index.js';
import { naiveDecide } from './naive/evaluate.js';
import { many, type NaivePolicy } from './naive/policy.js';
import { compile, compileSet } from './support/compile.js';
import { policyOf, policySets, requests, trustRequests } from './support/generators.js';

/** Some thousands of cases in the normal run; `npm run fuzz` uses a hundred thousand and more. */
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 3000);
const laws = Math.ceil(numRuns / 3);

let done = 0;
/** Long runs report their progress. */
function progress(total: number): void {
  done += 1;
  if (numRuns > 10_000 && done % 10_000 === 0) process.stderr.write(`${done} of ${total} cases\n`);
}

const verdictOf = (request: Parameters<typeof decide>[0], set: PolicySet<NaivePolicy>) =>
  decide(request, compileSet(set)).verdict;

describe('the engine agrees with a naive reading of the documentation', () => {
  it('on requests, whatever the policies', () => {
    const seen = { allowed: 0, explicitDeny: 0, implicitDeny: 0 };
    fc.assert(
      fc.property(requests, policySets, (request, set) => {
        const expected = naiveDecide(request, set);
        seen[expected] += 1;
        progress(numRuns);
        expect(verdictOf(request, set)).toBe(expected);
      }),
      { numRuns },
    );
    // If the generators no longer reached a verdict, this test would prove nothing.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(numRuns / 20);
  });

  it('on trust policies', () => {
    const sets = fc.record({ identity: fc.array(policyOf('identity'), { maxLength: 2 }), resource: policyOf('trust') });
    fc.assert(
      fc.property(trustRequests, sets, (request, set) => {
        const { resource, ...compiled } = compileSet(set, 'trust');
        expect(decideTrust(request, { ...compiled, trust: resource! }).verdict).toBe(naiveDecide(request, set, true));
      }),
      { numRuns: laws },
    );
  });
});

describe('laws', () => {
  const extra = policyOf('identity').map((policy) => ({ ...policy, Statement: many(policy.Statement).slice(0, 1) }));
  const withEffect = (policy: NaivePolicy, Effect: 'Allow' | 'Deny'): NaivePolicy => ({
    ...policy,
    Statement: many(policy.Statement).map((statement) => ({ ...statement, Effect })),
  });
  const law = (
    check: (request: Parameters<typeof decide>[0], set: PolicySet<NaivePolicy>, added: NaivePolicy) => void,
  ) => fc.assert(fc.property(requests, policySets, extra, check), { numRuns: laws });

  it('adding a Deny never allows more', () =>
    law((request, set, added) => {
      const more = { ...set, identity: [...set.identity, withEffect(added, 'Deny')] };
      if (verdictOf(request, set) !== 'allowed') expect(verdictOf(request, more)).not.toBe('allowed');
    }));

  it('adding an Allow never denies more', () =>
    law((request, set, added) => {
      const more = { ...set, identity: [...set.identity, withEffect(added, 'Allow')] };
      if (verdictOf(request, set) === 'allowed') expect(verdictOf(request, more)).toBe('allowed');
    }));

  it('a boundary, a session policy and a control policy never add', () =>
    law((request, { identity, resource }, added) => {
      const plain = { identity, ...(resource ? { resource } : {}) };
      if (verdictOf(request, plain) === 'allowed') return;
      for (const limit of [
        { permissionsBoundary: added },
        { session: [added] },
        { serviceControl: [[added]] },
        { resourceControl: [[added]] },
      ]) {
        expect(verdictOf(request, { ...plain, ...limit })).not.toBe('allowed');
      }
    }));

  it('the order and the repetition of statements and policies do not matter', () =>
    law((request, set) => {
      const shuffled = set.identity
        .map((policy) => ({ ...policy, Statement: [...many(policy.Statement), ...many(policy.Statement)].reverse() }))
        .reverse();
      expect(verdictOf(request, { ...set, identity: shuffled })).toBe(verdictOf(request, set));
    }));

  it('splitting a policy in two, and merging many into one, change nothing', () =>
    law((request, set) => {
      const split = set.identity.flatMap((policy) =>
        many(policy.Statement).map((statement) => ({ ...policy, Statement: [statement] })),
      );
      const expected = verdictOf(request, set);
      expect(verdictOf(request, { ...set, identity: split })).toBe(expected);
      const compiled = compileSet(set);
      expect(decide(request, { ...compiled, identity: [mergePolicies(compiled.identity)] }).verdict).toBe(expected);
    }));

  it('a policy that allows nothing else names the statement that decided', () =>
    law((request, _, added) => {
      const allow = compile(withEffect(added, 'Allow'), 'identity', 'managed', 'only');
      const decision = decide(request, { identity: [allow] });
      const isRoot = request.principal.type === 'root' || request.principal.type === 'federatedUser';
      if (decision.verdict === 'allowed' && !isRoot) {
        expect(decision.statements).toEqual([
          expect.objectContaining({ policy: { id: 'only', type: 'managed' }, index: 0 }),
        ]);
      }
    }));
});
