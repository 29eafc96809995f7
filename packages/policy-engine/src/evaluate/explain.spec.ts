import { compilePolicy, conditionContext, explain, parsePolicy, type PolicySource } from '../index.js';

const inline: PolicySource = { id: 'inline', type: 'user-inline' };
const request = {
  principal: { type: 'user', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:user/ana' },
  action: 'orders:GetOrder',
  resource: 'arn:aws:orders:eu:111122223333:order/1',
  context: conditionContext([
    ['aws:SourceIp', '10.0.0.1'],
    ['aws:TagKeys', ['a', 'b']],
  ]),
} as const;

function policy(text: string) {
  return compilePolicy(parsePolicy(text, 'identity'), inline);
}

describe('explain', () => {
  it('says of each statement which elements matched, and where it stands', () => {
    const identity = policy(`{"Version": "2012-10-17", "Statement": [
{"Sid": "Here", "Effect": "Allow", "Action": "orders:*", "Resource": "*",
 "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}, "Null": {"aws:TagKeys": "true"}, "Bool": {"aws:X": "true"}}},
{"Effect": "Deny", "Action": ["users:*"], "Resource": "arn:aws:users:*"}]}`);
    expect(explain(request, { identity: [identity] })).toEqual({
      decision: { verdict: 'implicitDeny', statements: [], layer: 'identity' },
      statements: [
        {
          policy: inline,
          layer: 'identity',
          index: 0,
          sid: 'Here',
          effect: 'Allow',
          position: { start: { line: 2, column: 1 }, end: { line: 3, column: 121 } },
          applies: false,
          action: true,
          resource: true,
          conditions: [
            {
              operator: 'IpAddress',
              key: 'aws:SourceIp',
              expected: ['10.0.0.0/8'],
              actual: ['10.0.0.1'],
              matched: true,
            },
            { operator: 'Null', key: 'aws:TagKeys', expected: ['true'], actual: ['a', 'b'], matched: false },
            { operator: 'Bool', key: 'aws:X', expected: ['true'], actual: [], matched: false },
          ],
        },
        {
          policy: inline,
          layer: 'identity',
          index: 1,
          effect: 'Deny',
          position: { start: { line: 4, column: 1 }, end: { line: 4, column: 73 } },
          applies: false,
          action: false,
          resource: false,
          conditions: [],
        },
      ],
    });
  });

  it('goes through every layer, and tells whether the principal matched', () => {
    const allowed = policy('{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}');
    const resourceDocument = parsePolicy(
      JSON.stringify({
        Statement: [
          { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: '*' },
          { Effect: 'Deny', NotPrincipal: { AWS: request.principal.arn }, Action: '*' },
        ],
      }),
      'resource',
    );
    const resource = compilePolicy(resourceDocument, { id: 'r', type: 'resource' });
    const { statements } = explain(request, {
      identity: [allowed],
      resource,
      permissionsBoundary: allowed,
      session: [allowed],
      serviceControl: [[allowed], [allowed]],
      resourceControl: [],
    });
    expect(statements.map(({ layer, applies, principal }) => [layer, applies, principal])).toEqual([
      ['serviceControl', true, undefined],
      ['serviceControl', true, undefined],
      ['resource', true, true],
      ['resource', true, true],
      ['identity', true, undefined],
      ['permissionsBoundary', true, undefined],
      ['session', true, undefined],
    ]);
  });
});
