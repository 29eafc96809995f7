import {
  compilePolicy,
  conditionContext,
  decide,
  parsePolicy,
  type AuthorizationRequest,
  type PolicySource,
} from '../index.js';

const source: PolicySource = { id: 'test', type: 'user-inline' };

function identityPolicy(statement: object) {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  return compilePolicy(parsePolicy(text, 'identity'), source);
}

function request(action: string, resource: string, context: Record<string, string> = {}): AuthorizationRequest {
  return {
    principal: { type: 'user', accountId: '111122223333', arn: 'arn:aws:iam::111122223333:user/ana' },
    action,
    resource,
    context: conditionContext(Object.entries(context)),
  };
}

describe('identity-based policies', () => {
  const allow = identityPolicy({
    Sid: 'Read',
    Effect: 'Allow',
    Action: 'orders:Get*',
    Resource: 'arn:aws:orders:*:*:order/*',
  });

  it('allows what a statement covers, and names the statement', () => {
    expect(decide(request('orders:GetOrder', 'arn:aws:orders:eu:111122223333:order/1'), { identity: [allow] })).toEqual(
      {
        verdict: 'allowed',
        statements: [{ policy: source, layer: 'identity', sid: 'Read', index: 0 }],
      },
    );
  });

  it('denies what no statement covers', () => {
    expect(decide(request('orders:PutOrder', 'arn:aws:orders:eu:111122223333:order/1'), { identity: [allow] })).toEqual(
      {
        verdict: 'implicitDeny',
        statements: [],
        layer: 'identity',
      },
    );
  });

  it('puts an explicit deny first', () => {
    const deny = identityPolicy({
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
    });
    const asked = request('orders:GetOrder', 'arn:aws:orders:eu:111122223333:order/1', {
      'aws:multifactorauthpresent': 'false',
    });
    expect(decide(asked, { identity: [allow, deny] }).verdict).toBe('explicitDeny');
  });
});
