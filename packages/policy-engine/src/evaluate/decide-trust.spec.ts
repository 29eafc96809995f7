import {
  compilePolicy,
  conditionContext,
  decideTrust,
  denialReason,
  parsePolicy,
  type CompiledPolicy,
  type RequestPrincipal,
  type TrustPolicySet,
} from '../index.js';

const ACCOUNT = '111122223333';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/clerk`;
const user = { type: 'user', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ana` } as const;
const stranger = { type: 'user', accountId: '444455556666', arn: 'arn:aws:iam::444455556666:user/eve' } as const;
const otherSession = {
  type: 'assumedRole',
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/porter/x`,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/porter`,
} as const;

function trusting(principal: unknown, parts: object = {}): CompiledPolicy {
  const statement = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...parts };
  return compilePolicy(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statement }), 'trust'), {
    id: ROLE,
    type: 'trust',
  });
}

function identity(effect: 'Allow' | 'Deny', resource = '*'): CompiledPolicy {
  const statement = { Effect: effect, Action: 'sts:AssumeRole', Resource: resource };
  return compilePolicy(parsePolicy(JSON.stringify({ Statement: statement }), 'identity'), { id: 'p', type: 'managed' });
}

function ask(
  principal: RequestPrincipal,
  trust: CompiledPolicy,
  policies: Partial<TrustPolicySet<CompiledPolicy>> = {},
  action = 'sts:AssumeRole',
): string {
  const request = { principal, action, resource: ROLE, context: conditionContext([['sts:ExternalId', 'x']]) };
  const decision = decideTrust(request, { identity: [], trust, ...policies });
  return decision.layer === undefined ? decision.verdict : `${decision.verdict} by ${decision.layer}`;
}

describe('assuming a role', () => {
  it('within the account needs no more than a trust policy that names the caller', () => {
    expect(ask(user, trusting({ AWS: user.arn }))).toBe('allowed');
    expect(ask(otherSession, trusting({ AWS: otherSession.roleArn }))).toBe('allowed');
  });

  it('needs an identity-based Allow when the trust policy names the account', () => {
    const trust = trusting({ AWS: ACCOUNT });
    expect(ask(user, trust)).toBe('implicitDeny by identity');
    expect(ask(user, trust, { identity: [identity('Allow', ROLE)] })).toBe('allowed');
    expect(ask(user, trust, { identity: [identity('Allow', `${ROLE}2`)] })).toBe('implicitDeny by identity');
  });

  it('is never granted by identity-based policies alone', () => {
    expect(ask(user, trusting({ AWS: stranger.arn }), { identity: [identity('Allow')] })).toBe('implicitDeny by trust');
  });

  it('from another account needs both sides', () => {
    for (const named of [stranger.arn, stranger.accountId, '*']) {
      const trust = trusting({ AWS: named });
      expect(ask(stranger, trust)).toBe('implicitDeny by identity');
      expect(ask(stranger, trust, { identity: [identity('Allow')] })).toBe('allowed');
    }
    expect(ask(stranger, trusting({ AWS: ACCOUNT }), { identity: [identity('Allow')] })).toBe('implicitDeny by trust');
  });

  it('is denied by a Deny on either side', () => {
    expect(ask(user, trusting({ AWS: user.arn }), { identity: [identity('Deny')] })).toBe('explicitDeny by identity');
    expect(ask(user, trusting({ AWS: user.arn }, { Effect: 'Deny' }))).toBe('explicitDeny by trust');
  });

  it('is limited by the boundary of a role that the trust policy names', () => {
    const policies = { permissionsBoundary: identity('Allow', 'arn:aws:iam::*:role/other') };
    expect(ask(otherSession, trusting({ AWS: otherSession.roleArn }), policies)).toBe(
      'implicitDeny by permissionsBoundary',
    );
    expect(ask(otherSession, trusting({ AWS: otherSession.arn }), policies)).toBe('allowed');
  });

  it('heeds conditions', () => {
    const condition = (value: string) => ({ Condition: { StringEquals: { 'sts:ExternalId': value } } });
    expect(ask(user, trusting({ AWS: user.arn }, condition('x')))).toBe('allowed');
    expect(ask(user, trusting({ AWS: user.arn }, condition('y')))).toBe('implicitDeny by trust');
  });

  it('is for services that are named', () => {
    const service = { type: 'service', names: ['orders.example.com'] } as const;
    expect(ask(service, trusting({ Service: 'orders.example.com' }))).toBe('allowed');
    expect(ask(service, trusting({ Service: 'users.example.com' }))).toBe('implicitDeny by trust');
  });

  it('is for identities of providers that are named, by their own action', () => {
    const identityOfProvider = { type: 'federatedIdentity', provider: 'accounts.google.com' } as const;
    const web = 'sts:AssumeRoleWithWebIdentity';
    expect(ask(identityOfProvider, trusting({ Federated: 'accounts.google.com' }, { Action: web }), {}, web)).toBe(
      'allowed',
    );
    expect(ask(identityOfProvider, trusting({ Federated: 'accounts.google.com' }), {}, web)).toBe(
      'implicitDeny by trust',
    );
    expect(ask(identityOfProvider, trusting({ Federated: 'www.amazon.com' }, { Action: web }), {}, web)).toBe(
      'implicitDeny by trust',
    );
  });

  it('is not for the root user, nor for nobody', () => {
    const root = { type: 'root', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` } as const;
    expect(ask(root, trusting({ AWS: root.arn }))).toBe('implicitDeny by trust');
    expect(ask({ type: 'anonymous' }, trusting('*'))).toBe('implicitDeny by trust');
  });

  it('has its own words for a denial', () => {
    const request = { principal: user, action: 'sts:AssumeRole', resource: ROLE, context: conditionContext([]) };
    const none = decideTrust(request, { identity: [], trust: trusting({ AWS: stranger.arn }) });
    expect(denialReason(none, request)).toBe('because no role trust policy allows the sts:AssumeRole action');
    const denied = decideTrust(request, { identity: [], trust: trusting('*', { Effect: 'Deny' }) });
    expect(denialReason(denied, request)).toBe('with an explicit deny in the role trust policy');
  });
});
