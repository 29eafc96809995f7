import {
  compilePolicy,
  conditionContext,
  decide,
  explain,
  mergePolicies,
  parsePolicy,
  WorkLimitExceeded,
  type AuthorizationRequest,
} from '../index.js';

/** Threat: policies and a request of permitted sizes that take minutes to match. A tenant writes both. */
const LONG = 'ab'.repeat(1_000);
const principal = { type: 'user', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:user/ana' } as const;
const request: AuthorizationRequest = {
  principal,
  action: 'orders:Create',
  resource: `arn:aws:orders:${'ab'.repeat(400)}::${'ab'.repeat(600)}`,
  resourceAccountId: principal.accountId,
  context: conditionContext([['orders:note', Array.from({ length: 50 }, () => LONG)]]),
};

/** Different pieces of `a` and `b`. */
const piece = (index: number) => index.toString(2).replaceAll('0', 'a').replaceAll('1', 'b');

function policies(count: number, statement: (index: number) => object) {
  const documents = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'orders:*', Resource: '*', ...statement(index) },
    }),
  );
  return mergePolicies(
    documents.map((document) => compilePolicy(parsePolicy(document, 'identity'), { id: 'p', type: 'managed' })),
  );
}

const list = (make: (index: number) => string) => Array.from({ length: 200 }, (_, index) => make(index));

describe.each<[string, (policy: number) => object]>([
  ['pieces between wildcards', (p) => ({ Resource: list((i) => `arn:aws:orders:*::*a*${piece(p * 200 + i)}c*`) })],
  ['single-character wildcards', (p) => ({ Resource: list((i) => `arn:aws:orders:*::*?${piece(p * 200 + i)}?c`) })],
  ['wildcards held to a segment', (p) => ({ Resource: list((i) => `arn:aws:orders:*a*${piece(p * 200 + i)}?:*:*c`) })],
  [
    'condition values',
    (p) => ({ Condition: { 'ForAnyValue:StringLike': { 'orders:note': list((i) => `*?${piece(p * 200 + i)}c`) } } }),
  ],
  [
    'variables',
    (p) => ({ Condition: { StringLike: { 'orders:id': list((i) => `*${'${orders:long}'.repeat(20)}?${p}${i}c`) } } }),
  ],
])('%s', (_, statement) => {
  const policy = policies(100, statement);
  const asked = {
    ...request,
    context: conditionContext([
      ['orders:note', Array.from({ length: 50 }, () => LONG)],
      ['orders:id', LONG],
      ['orders:long', LONG],
    ]),
  };

  it.each([
    ['decide', () => decide(asked, { identity: [policy] })],
    ['explain', () => explain(asked, { identity: [policy] })],
  ])('%s gives up, and soon', (_name, run) => {
    const before = process.cpuUsage();
    expect(run).toThrow(WorkLimitExceeded);
    const { user, system } = process.cpuUsage(before);
    // Generous, because parts are compiled at the first request and the machine may be slow.
    expect((user + system) / 1000).toBeLessThan(1_000);
  });
});

it('counts for each decision anew, and nothing outside of decisions', () => {
  const policy = policies(1, (p) => ({ Resource: list((i) => `arn:aws:orders:*::*a*${piece(p * 200 + i)}c*`) }));
  for (let round = 0; round < 20; round++) {
    expect(decide(request, { identity: [policy] }).verdict).toBe('implicitDeny');
  }
});
