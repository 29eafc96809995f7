import { readdirSync, readFileSync } from 'node:fs';
import {
  type AuthorizationRequest,
  conditionContext,
  type Decision,
  decide,
  decideTrust,
  explain,
  parsePolicy,
  PolicySyntaxError,
} from '../src/index.js';
import { naiveDecide } from './naive/evaluate.js';
import { type CaseFile, caseFile, toPrincipal } from './support/case-file.js';
import { compile, compileSet } from './support/compile.js';

const folder = new URL('./corpus/', import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort();

/** IPv6, and dates in forms that only the engine parses, are not supported by the naive evaluator. */
const beyondNaive = new Set(['conditions/ip/ipv6.json', 'conditions/date/forms.json']);

for (const file of files) {
  const { rule, onlyStored, policies, cases } = caseFile.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));

  describe(`${file}: ${rule}`, () => {
    it(onlyStored ? 'is refused when it is written' : 'is accepted when it is written', () => {
      expect(isAccepted(policies)).toBe(onlyStored !== true);
    });

    it.each(cases)('$name', (expected) => {
      const request = toRequest(expected);
      const decision = decideWith(policies, request);
      const { verdict, layer, sids } = expected;
      expect(decision).toMatchObject({ verdict, ...(layer === undefined ? {} : { layer }) });
      if (sids) expect(decision.statements.map(({ sid }) => sid)).toEqual(sids);
      if (!beyondNaive.has(file)) {
        const { trust, ...others } = policies;
        const resource = trust ?? others.resource;
        const set = { ...others, ...(resource ? { resource } : {}) } as Parameters<typeof naiveDecide>[1];
        expect(naiveDecide(request, set, trust !== undefined)).toBe(verdict);
      }
    });
  });
}

it('has several hundred cases', () => {
  const count = files
    .map((file) => caseFile.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))).cases.length)
    .reduce((sum, length) => sum + length, 0);
  expect(count).toBeGreaterThan(300);
});

it('explains every decision by statements that really stand in the policies', () => {
  for (const file of files) {
    const { policies, cases } = caseFile.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    if (policies.trust) continue;
    const set = compileSet(withoutUndefined(policies));
    for (const expected of cases) {
      const explanation = explain(toRequest(expected), set);
      expect(explanation.decision.verdict).toBe(expected.verdict);
    }
  }
});

type Case = CaseFile['cases'][number];

/** Whether every policy of a file is accepted today. */
function isAccepted({ trust, resource, session, ...others }: CaseFile['policies']): boolean {
  const texts = (list: readonly unknown[]) => list.map((policy) => JSON.stringify(policy));
  const { identity, permissionsBoundary, serviceControl = [], resourceControl = [] } = others;
  const plain = [...identity, permissionsBoundary, ...serviceControl.flat(), ...resourceControl.flat()];
  try {
    for (const text of texts(plain.filter((policy) => policy !== undefined))) parsePolicy(text, 'identity');
    for (const text of texts(session ?? [])) parsePolicy(text, 'identity', { completeArnsOnly: true });
    if (resource) parsePolicy(JSON.stringify(resource), 'resource');
    if (trust) parsePolicy(JSON.stringify(trust), 'trust');
    return true;
  } catch (error) {
    if (error instanceof PolicySyntaxError) return false;
    throw error;
  }
}

function toRequest({ principal, action, resource, resourceAccountId, context }: Case): AuthorizationRequest {
  return {
    principal: toPrincipal(principal),
    action,
    resource,
    ...(resourceAccountId === undefined ? {} : { resourceAccountId }),
    context: conditionContext(Object.entries(context)),
  };
}

function decideWith(policies: CaseFile['policies'], request: AuthorizationRequest): Decision {
  const { trust, ...others } = policies;
  const set = compileSet(withoutUndefined(others));
  if (!trust) return decide(request, set);
  return decideTrust(request, { ...set, trust: compile(trust, 'trust', 'trust') });
}

function withoutUndefined(set: Omit<CaseFile['policies'], 'trust'>): Parameters<typeof compileSet>[0] {
  return Object.fromEntries(Object.entries(set).filter(([, layer]) => layer !== undefined)) as unknown as Parameters<
    typeof compileSet
  >[0];
}
