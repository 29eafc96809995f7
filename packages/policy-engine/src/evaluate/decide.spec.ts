import {
  compilePolicy,
  conditionContext,
  decide,
  denialReason,
  mergePolicies,
  parsePolicy,
  type AuthorizationRequest,
  type CompiledPolicy,
  type PolicyKind,
  type PolicySet,
  type PolicySource,
  type RequestPrincipal,
} from '../index.js';

const ACCOUNT = '111122223333';
const OTHER_ACCOUNT = '444455556666';
const ORDER = `arn:aws:orders:eu:${ACCOUNT}:order/1`;
const FOREIGN_ORDER = `arn:aws:orders:eu:${OTHER_ACCOUNT}:order/1`;
const source: PolicySource = { id: 'test', type: 'managed' };

const user = { type: 'user', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/ana` } as const;
const session = {
  type: 'assumedRole',
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/clerk/ana`,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/clerk`,
} as const;
const federatedUser = {
  type: 'federatedUser',
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:federated-user/bo`,
  userArn: user.arn,
} as const;
const root = { type: 'root', accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root` } as const;
const service = { type: 'service', names: ['orders.example.com', 'orders.eu.example.com'] } as const;
const anonymous = { type: 'anonymous' } as const;

function policy(kind: PolicyKind, ...statements: object[]): CompiledPolicy {
  return compilePolicy(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), kind), source);
}

const allow = policy('identity', { Sid: 'Read', Effect: 'Allow', Action: 'orders:Get*', Resource: '*' });
const deny = policy('identity', { Effect: 'Deny', Action: 'orders:*', Resource: '*' });
const unrelated = policy('identity', { Effect: 'Allow', Action: 'users:*', Resource: '*' });

function resourcePolicy(principal: unknown, effect = 'Allow'): CompiledPolicy {
  return policy('resource', {
    Sid: 'R',
    Effect: effect,
    Principal: principal,
    Action: 'orders:GetOrder',
    Resource: '*',
  });
}

function ask(
  principal: RequestPrincipal,
  policies: Partial<PolicySet<CompiledPolicy>>,
  resource: string = ORDER,
  parts: Partial<AuthorizationRequest> = {},
): string {
  const request = { principal, action: 'orders:GetOrder', resource, context: conditionContext([]), ...parts };
  const decision = decide(request, { identity: [], ...policies });
  return decision.layer === undefined ? decision.verdict : `${decision.verdict} by ${decision.layer}`;
}

describe('identity-based policies', () => {
  it('allow what a statement covers, and the decision names the statement', () => {
    const request = { principal: user, action: 'ORDERS:getorder', resource: ORDER, context: conditionContext([]) };
    expect(decide(request, { identity: [unrelated, allow] })).toEqual({
      verdict: 'allowed',
      statements: [{ policy: source, layer: 'identity', sid: 'Read', index: 0 }],
    });
  });

  it('deny by default, and explicitly before all', () => {
    expect(ask(user, { identity: [] })).toBe('implicitDeny by identity');
    expect(ask(user, { identity: [unrelated] })).toBe('implicitDeny by identity');
    expect(ask(user, { identity: [allow, deny] })).toBe('explicitDeny by identity');
    expect(ask(user, { identity: [mergePolicies([deny, allow])] })).toBe('explicitDeny by identity');
  });

  it('are not asked about the root user, a service or nobody', () => {
    expect(ask(root, {})).toBe('allowed');
    expect(ask(service, { identity: [allow] })).toBe('implicitDeny by resource');
    expect(ask(anonymous, { identity: [allow] })).toBe('implicitDeny by resource');
  });

  it('know NotAction and NotResource', () => {
    const notGet = policy('identity', { Effect: 'Allow', NotAction: 'orders:get*', Resource: '*' });
    const notOrders = policy('identity', { Effect: 'Allow', Action: '*', NotResource: 'arn:aws:orders:*:*:order/*' });
    expect(ask(user, { identity: [notGet] })).toBe('implicitDeny by identity');
    expect(ask(user, { identity: [notGet] }, ORDER, { action: 'orders:PutOrder' })).toBe('allowed');
    expect(ask(user, { identity: [notOrders] })).toBe('implicitDeny by identity');
    expect(ask(user, { identity: [notOrders] }, '*')).toBe('allowed');
  });
});

describe('layers that limit', () => {
  it.each<[string, Partial<PolicySet<CompiledPolicy>>, string]>([
    ['a boundary that allows', { permissionsBoundary: allow }, 'allowed'],
    ['a boundary that does not', { permissionsBoundary: unrelated }, 'implicitDeny by permissionsBoundary'],
    ['a boundary that denies', { permissionsBoundary: deny }, 'explicitDeny by permissionsBoundary'],
    ['a session policy that allows', { session: [unrelated, allow] }, 'allowed'],
    ['no session policy of those passed', { session: [] }, 'implicitDeny by session'],
    ['a session policy that denies', { session: [allow, deny] }, 'explicitDeny by session'],
    ['scopes that all allow', { scopeDown: [[allow], [allow]] }, 'allowed'],
    ['a scope that does not', { scopeDown: [[allow], [unrelated]] }, 'implicitDeny by session'],
    ['a scope that denies', { scopeDown: [[allow], [deny]] }, 'explicitDeny by session'],
    [
      'a scope that does not, whomever the resource names',
      { resource: resourcePolicy({ AWS: user.arn }), scopeDown: [[unrelated]] },
      'implicitDeny by session',
    ],
    ['an organization that allows at each level', { serviceControl: [[allow], [unrelated, allow]] }, 'allowed'],
    ['a level that does not', { serviceControl: [[allow], [unrelated]] }, 'implicitDeny by serviceControl'],
    ['a level without policies', { serviceControl: [[allow], []] }, 'implicitDeny by serviceControl'],
    ['no levels', { serviceControl: [] }, 'implicitDeny by serviceControl'],
    ['a lower level that denies', { serviceControl: [[], [deny]] }, 'explicitDeny by serviceControl'],
    [
      'resource controls that deny',
      { resourceControl: [[resourceControl('Deny')]] },
      'explicitDeny by resourceControl',
    ],
    ['resource controls that allow', { resourceControl: [[resourceControl('Allow')]] }, 'allowed'],
    ['resource controls that do not', { resourceControl: [[]] }, 'implicitDeny by resourceControl'],
  ])('%s', (_, policies, expected) => {
    expect(ask(user, { identity: [allow], ...policies })).toBe(expected);
  });

  it('never grant', () => {
    expect(ask(user, { permissionsBoundary: allow, session: [allow] })).toBe('implicitDeny by identity');
  });

  it('limit the root user too', () => {
    expect(ask(root, { serviceControl: [[unrelated]] })).toBe('implicitDeny by serviceControl');
    expect(ask(root, { resource: resourcePolicy('*', 'Deny') })).toBe('explicitDeny by resource');
  });
});

function resourceControl(effect: 'Allow' | 'Deny'): CompiledPolicy {
  return policy('resourceControl', { Effect: effect, Principal: '*', Action: '*', Resource: '*' });
}

describe('a resource-based policy in the same account', () => {
  const noAllow = { permissionsBoundary: unrelated, session: [unrelated] };

  it.each<[string, RequestPrincipal, unknown]>([
    ['a user', user, { AWS: user.arn }],
    ['a role session', session, { AWS: session.arn }],
    ['a federated user', federatedUser, { AWS: federatedUser.arn }],
    ['everyone', session, '*'],
    ['everyone of AWS', user, { AWS: '*' }],
  ])('naming %s grants, whatever boundary and session leave out', (_, principal, named) => {
    expect(ask(principal, { resource: resourcePolicy(named), ...noAllow })).toBe('allowed');
    expect(ask(principal, { resource: resourcePolicy(named), permissionsBoundary: deny })).toBe(
      'explicitDeny by permissionsBoundary',
    );
  });

  it.each<[string, RequestPrincipal, unknown]>([
    ['the role of a session', session, { AWS: session.roleArn }],
    ['the user behind a federated user', federatedUser, { AWS: user.arn }],
    [
      'the provider of a session',
      { ...session, federatedProvider: 'idp.example.com' },
      { Federated: 'idp.example.com' },
    ],
  ])('naming %s grants within boundary and session', (_, principal, named) => {
    const resource = resourcePolicy(named);
    expect(ask(principal, { resource })).toBe('allowed');
    expect(ask(principal, { resource, permissionsBoundary: unrelated })).toBe('implicitDeny by permissionsBoundary');
    expect(ask(principal, { resource, session: [unrelated] })).toBe('implicitDeny by session');
  });

  it.each([ACCOUNT, root.arn])('naming the account as %s leaves it to identity-based policies', (named) => {
    const resource = resourcePolicy({ AWS: named });
    expect(ask(user, { resource })).toBe('implicitDeny by identity');
    expect(ask(user, { resource, identity: [allow] })).toBe('allowed');
  });

  it('denies whoever it names, by account, role or person', () => {
    for (const named of [ACCOUNT, session.roleArn, session.arn, '*']) {
      expect(ask(session, { identity: [allow], resource: resourcePolicy({ AWS: named }, 'Deny') })).toBe(
        'explicitDeny by resource',
      );
    }
  });

  it('speaks to nobody else', () => {
    const resource = resourcePolicy({ AWS: `${user.arn}2`, Service: 'users.example.com' });
    for (const principal of [user, session, federatedUser]) {
      expect(ask(principal, { resource })).toBe('implicitDeny by identity');
    }
    expect(ask(service, { resource })).toBe('implicitDeny by resource');
    expect(ask(anonymous, { resource })).toBe('implicitDeny by resource');
  });

  it('serves services by any of their names, and nobody in particular by *', () => {
    expect(ask(service, { resource: resourcePolicy({ Service: 'orders.eu.example.com' }) })).toBe('allowed');
    expect(ask(anonymous, { resource: resourcePolicy('*') })).toBe('allowed');
  });
});

describe('NotPrincipal', () => {
  function allBut(...named: string[]): CompiledPolicy {
    return policy('resource', { Effect: 'Deny', NotPrincipal: { AWS: named }, Action: '*', Resource: '*' });
  }

  it('spares who is named in person, not the rest of the account', () => {
    expect(ask(user, { identity: [allow], resource: allBut(user.arn, ACCOUNT) })).toBe('allowed');
    expect(ask(user, { identity: [allow], resource: allBut(ACCOUNT) })).toBe('explicitDeny by resource');
    expect(ask(session, { identity: [allow], resource: allBut(session.roleArn, ACCOUNT) })).toBe(
      'explicitDeny by resource',
    );
    expect(ask(session, { identity: [allow], resource: allBut(session.arn, session.roleArn, ACCOUNT) })).toBe(
      'allowed',
    );
    expect(ask(root, { resource: allBut(ACCOUNT) })).toBe('allowed');
    expect(ask(anonymous, { resource: allBut(ACCOUNT) })).toBe('explicitDeny by resource');
  });

  it('spares nobody who has a permissions boundary', () => {
    const policies = { identity: [allow], resource: allBut(user.arn, ACCOUNT), permissionsBoundary: allow };
    expect(ask(user, policies)).toBe('explicitDeny by resource');
  });
});

describe('another account', () => {
  it('needs an Allow on both sides', () => {
    const resource = resourcePolicy({ AWS: ACCOUNT });
    expect(ask(user, { identity: [allow] }, FOREIGN_ORDER)).toBe('implicitDeny by resource');
    expect(ask(user, { resource }, FOREIGN_ORDER)).toBe('implicitDeny by identity');
    expect(ask(user, { identity: [allow], resource }, FOREIGN_ORDER)).toBe('allowed');
  });

  it('needs it even for who is named in person, and within boundary and session', () => {
    const resource = resourcePolicy({ AWS: [session.arn, session.roleArn] });
    expect(ask(session, { resource }, FOREIGN_ORDER)).toBe('implicitDeny by identity');
    expect(ask(session, { identity: [allow], resource, session: [unrelated] }, FOREIGN_ORDER)).toBe(
      'implicitDeny by session',
    );
    expect(ask(session, { identity: [allow], resource, permissionsBoundary: unrelated }, FOREIGN_ORDER)).toBe(
      'implicitDeny by permissionsBoundary',
    );
  });

  it('is told by the request before the ARN', () => {
    const here = { resourceAccountId: ACCOUNT };
    expect(ask(user, { identity: [allow] }, FOREIGN_ORDER, here)).toBe('allowed');
    expect(ask(user, { identity: [allow] }, ORDER, { resourceAccountId: OTHER_ACCOUNT })).toBe(
      'implicitDeny by resource',
    );
    expect(ask(user, { identity: [allow] }, 'arn:aws:orders:::x')).toBe('allowed');
  });

  it('lets the root user in only by its resource-based policy', () => {
    expect(ask(root, {}, FOREIGN_ORDER)).toBe('implicitDeny by resource');
    expect(ask(root, { resource: resourcePolicy({ AWS: ACCOUNT }) }, FOREIGN_ORDER)).toBe('allowed');
  });

  it('is named on both sides in the decision', () => {
    const request = {
      principal: user,
      action: 'orders:GetOrder',
      resource: FOREIGN_ORDER,
      context: conditionContext([]),
    };
    expect(decide(request, { identity: [allow], resource: resourcePolicy('*') }).statements).toEqual([
      { policy: source, layer: 'identity', sid: 'Read', index: 0 },
      { policy: source, layer: 'resource', sid: 'R', index: 0 },
    ]);
  });
});

describe('the reason of a denial', () => {
  it.each<[Partial<PolicySet<CompiledPolicy>>, string]>([
    [{}, 'because no identity-based policy allows the orders:GetOrder action'],
    [
      { identity: [allow], permissionsBoundary: unrelated },
      'because no permissions boundary allows the orders:GetOrder action',
    ],
    [{ identity: [allow], session: [] }, 'because no session policy allows the orders:GetOrder action'],
    [{ serviceControl: [] }, 'because no service control policy allows the orders:GetOrder action'],
    [{ resourceControl: [] }, 'because no resource control policy allows the orders:GetOrder action'],
    [{ identity: [deny] }, 'with an explicit deny in an identity-based policy'],
    [{ serviceControl: [[deny]] }, 'with an explicit deny in a service control policy'],
    [{ permissionsBoundary: deny }, 'with an explicit deny in a permissions boundary'],
    [{ session: [deny] }, 'with an explicit deny in a session policy'],
    [{ resource: resourcePolicy('*', 'Deny') }, 'with an explicit deny in a resource-based policy'],
    [{ identity: [allow] }, ''],
  ])('%#', (policies, expected) => {
    const request = { principal: user, action: 'orders:GetOrder', resource: ORDER, context: conditionContext([]) };
    expect(denialReason(decide(request, { identity: [], ...policies }), request)).toBe(expected);
  });
});
