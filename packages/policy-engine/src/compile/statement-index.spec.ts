import fc from 'fast-check';
import {
  compilePolicy,
  conditionContext,
  decide,
  explain,
  MatcherPool,
  mergePolicies,
  parsePolicy,
  type AuthorizationRequest,
} from '../index.js';

const ACCOUNT = '111122223333';

const action = fc.constantFrom(
  '*',
  '*:*Item',
  'a:*',
  'a:Get*',
  'a:GetItem',
  'a:PutItem',
  'b:GetItem',
  'A:getitem',
  'b:?etItem',
);
const resourcePattern = fc.constantFrom(
  '*',
  'arn:aws:a:*',
  `arn:aws:a:eu:${ACCOUNT}:item/1`,
  `arn:aws:a:*:*:item/1`,
  `arn:aws:a:*:*:item/*`,
  `arn:aws:a:*:${ACCOUNT}:item/1/*`,
  `arn:aws:a:e?:*:it*`,
  `arn:aws:a:eu:${ACCOUNT}:item/*`,
  `arn:aws:a:eu:${ACCOUNT}:\${*}tem/*`,
  `arn:aws:a:*:*:*`,
  'arn:aws:a:*:*:item/${aws:username}',
  'arn:aws:a:*:*:item:2',
  'arn:aws:a:*:*:${aws:username}',
);
const condition = fc.constantFrom({}, { StringEquals: { 'a:b': 'x' } }, { StringNotEquals: { 'a:b': 'x' } });
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    actions: fc.uniqueArray(action, { minLength: 1, maxLength: 2 }),
    notAction: fc.constantFrom(false, false, false, true),
    resources: fc.uniqueArray(resourcePattern, { minLength: 1, maxLength: 3 }),
    notResource: fc.constantFrom(false, false, false, true),
    Condition: condition,
  })
  .map(({ Effect, actions, notAction, resources, notResource, Condition }) => ({
    Effect,
    [notAction ? 'NotAction' : 'Action']: actions,
    [notResource ? 'NotResource' : 'Resource']: resources,
    Condition,
  }));

const request: fc.Arbitrary<AuthorizationRequest> = fc.record({
  principal: fc.constant({ type: 'user', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ana` } as const),
  action: fc.constantFrom('a:GetItem', 'a:getitem', 'a:PutItem', 'b:GetItem', 'c:Other', 'nothing'),
  resource: fc.constantFrom(
    '*',
    `arn:aws:a:eu:${ACCOUNT}:item/1`,
    `arn:aws:a:eu:${ACCOUNT}:item/1/2`,
    `arn:aws:a:eu:${ACCOUNT}:item/ana`,
    `arn:aws:a:eu:${ACCOUNT}:item:2`,
    `arn:aws:a:eu:x:y:${ACCOUNT}:item/1`,
    `arn:aws:a:eu:${ACCOUNT}:x:item/1`,
    `arn:aws:a:eu:${ACCOUNT}:*tem/1`,
    `arn:aws:a:eu:${ACCOUNT}:ana`,
    `arn:aws:a:eu:${ACCOUNT}:`,
  ),
  resourceAccountId: fc.constant(ACCOUNT),
  context: fc.constantFrom(
    conditionContext([]),
    conditionContext([
      ['a:b', 'x'],
      ['aws:username', 'ana'],
    ]),
  ),
});

function compile(statements: readonly object[], pool?: MatcherPool) {
  const document = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'identity');
  return compilePolicy(document, { id: 'p', type: 'managed' }, pool);
}

describe('the index', () => {
  it('gives the verdict that trying every statement gives, and names one that applies', () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 60 }), fc.array(request), (statements, requests) => {
        const policy = compile(statements);
        for (const asked of requests) {
          const { decision, statements: explained } = explain(asked, { identity: [policy] });
          const applying = explained.filter((one) => one.applies);
          const denies = applying.some((one) => one.effect === 'Deny');
          const verdict = denies ? 'explicitDeny' : applying.length > 0 ? 'allowed' : 'implicitDeny';
          expect(decision.verdict).toBe(verdict);
          for (const { index } of decision.statements) expect(applying.map((one) => one.index)).toContain(index);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives one answer for policies apart, merged, and with shared parts', () => {
    const policies = fc.array(fc.array(statement, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(policies, fc.array(request), (documents, requests) => {
        const pool = new MatcherPool();
        const apart = documents.map((statements) => compile(statements));
        const shared = documents.map((statements) => compile(statements, pool));
        for (const asked of requests) {
          const { verdict } = decide(asked, { identity: apart });
          expect(decide(asked, { identity: [mergePolicies(apart)] }).verdict).toBe(verdict);
          expect(decide(asked, { identity: [mergePolicies(shared)] }).verdict).toBe(verdict);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('still answers after more invented actions than it remembers', () => {
    const policy = compile([{ Effect: 'Allow', Action: 'a:Get*', Resource: '*' }]);
    const ask = (name: string) =>
      decide(
        {
          principal: { type: 'user', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ana` },
          action: name,
          resource: '*',
          context: conditionContext([]),
        },
        { identity: [policy] },
      ).verdict;
    for (let index = 0; index < 2_000; index++) {
      expect(ask(`a:Get${index}`)).toBe('allowed');
      expect(ask(`b:Get${index}`)).toBe('implicitDeny');
    }
  });

  it('shares the parts that policies have in common', () => {
    const pool = new MatcherPool();
    const statements = [{ Effect: 'Allow', Action: 'a:Get*', Resource: 'arn:aws:a:*:*:*' }];
    const [first] = compile(statements, pool).statements;
    const size = pool.size;
    const [second] = compile(statements, pool).statements;
    expect(pool.size).toBe(size);
    expect(second?.resource?.matchers[0]).toBe(first?.resource?.matchers[0]);
    expect(second?.actions.matchers[0]).toBe(first?.actions.matchers[0]);
  });
});
