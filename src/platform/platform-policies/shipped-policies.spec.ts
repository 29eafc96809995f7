import { compilePolicy, conditionContext, decide, lintPolicy, parsePolicy, policySize } from 'gatehouse-policy-engine';
import { readShippedPolicies } from './shipped-policies.js';

const policies = readShippedPolicies();
const accountId = '123456789012';
const ana = `arn:aws:iam::${accountId}:user/team/ana`;

function allows(name: string, action: string, resource = '*'): boolean {
  const { document } = policies.find((policy) => policy.name === name)!;
  const compiled = compilePolicy(parsePolicy(document, 'identity', { requireCurrentVersion: true }), {
    id: name,
    type: 'managed',
  });
  const request = {
    principal: { type: 'user', accountId, arn: ana },
    action,
    resource,
    resourceAccountId: accountId,
    context: conditionContext([['aws:username', 'ana']]),
  } as const;
  return decide(request, { identity: [compiled] }).verdict === 'allowed';
}

describe('platform-managed policies that come with Gatehouse', () => {
  it('are a starter set with names, paths and ids like AWS’s', () => {
    expect(policies.length).toBeGreaterThanOrEqual(25);
    expect(new Set(policies.map(({ name }) => name.toLowerCase())).size).toBe(policies.length);
    expect(new Set(policies.map(({ policyId }) => policyId)).size).toBe(policies.length);
    for (const { policyId, name, path } of policies) {
      expect(policyId).toMatch(/^ANPA[A-Z2-7]{17}$/);
      expect(name).toMatch(/^[\w+=,.@-]{1,128}$/);
      expect(path).toMatch(/^\/(?:[a-z-]+\/)?$/);
    }
  });

  it('have ids that stay', () => {
    const ids = Object.fromEntries(policies.map(({ name, policyId }) => [name, policyId]));
    expect(ids['AdministratorAccess']).toBe('ANPADBSEB56VULHCZUW3L');
  });

  it.each(policies.map(({ name, document }) => [name, document]))(
    '%s is a valid policy of a valid size',
    (_, document) => {
      expect(policySize(document)).toBeLessThanOrEqual(6144);
      const parsed = parsePolicy(document, 'identity', { requireCurrentVersion: true, partition: 'acme' });
      expect(parsed.statements.length).toBeGreaterThan(0);
      expect(lintPolicy(parsed).filter(({ severity }) => severity === 'error')).toEqual([]);
    },
  );

  it.each<[string, boolean, string, string?]>([
    ['AdministratorAccess', true, 'orders:DeleteOrder'],
    ['PowerUserAccess', true, 'orders:DeleteOrder'],
    ['PowerUserAccess', false, 'iam:CreateUser'],
    ['PowerUserAccess', false, 'gatehouse:CloseAccount'],
    ['PowerUserAccess', true, 'iam:ListRoles'],
    ['ReadOnlyAccess', true, 'orders:GetOrder'],
    ['ReadOnlyAccess', true, 'iam:SimulatePrincipalPolicy'],
    ['ReadOnlyAccess', false, 'orders:CreateOrder'],
    ['ReadOnlyAccess', false, 'orders:Checkout'],
    ['ReadOnlyAccess', false, 'sts:AssumeRole'],
    ['ViewOnlyAccess', true, 'orders:ListOrders'],
    ['ViewOnlyAccess', false, 'orders:GetOrder'],
    ['SecurityAudit', true, 'iam:GetAccountAuthorizationDetails'],
    ['SecurityAudit', false, 'orders:GetOrder'],
    ['IAMFullAccess', true, 'iam:DeleteUser'],
    ['IAMFullAccess', false, 'gatehouse:CloseAccount'],
    ['IAMReadOnlyAccess', true, 'iam:ListUsers'],
    ['IAMReadOnlyAccess', false, 'iam:UpdateUser'],
    ['IAMReadOnlyAccess', false, 'orders:GetOrder'],
    ['SupportUser', false, 'orders:GetOrder'],
    ['IAMUserChangePassword', true, 'iam:ChangePassword', ana],
    ['IAMUserChangePassword', false, 'iam:ChangePassword', `arn:aws:iam::${accountId}:user/bo`],
    ['IAMUserSSHKeys', true, 'iam:UploadSSHPublicKey', ana],
    ['IAMUserSSHKeys', false, 'iam:UploadSSHPublicKey', `arn:aws:iam::${accountId}:user/team/bo`],
    ['AWSDenyAll', false, 'orders:GetOrder'],
    ['GatehouseSelfManageAccessKeys', false, 'iam:CreateAccessKey', `arn:aws:iam::${accountId}:user/anna`],
    ['GatehouseSelfManageMFA', true, 'iam:EnableMFADevice', ana],
    ['IAMAuditRootUserCredentials', true, 'iam:ListAccessKeys'],
    ['IAMAuditRootUserCredentials', false, 'iam:DeleteAccessKey'],
    ['GatehouseDecisionAccess', true, 'gatehouse:Evaluate'],
  ])('%s: allowed is %s for %s', (...[name, expected, action, resource]) => {
    expect(allows(name, action, resource)).toBe(expected);
  });
});
