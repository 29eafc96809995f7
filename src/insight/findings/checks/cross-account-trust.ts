import type { Statement } from '../../../policy-engine/index.js';
import type { Check } from '../check.js';

export const crossAccountTrust: Check = {
  id: 'cross-account-trust-without-external-id',
  severity: 'high',
  title: 'A role trusts another account without an external id',
  recommendation:
    'Add a condition on sts:ExternalId, so that the other party cannot be tricked into acting for a third (confused deputy).',
  async find(account) {
    const roles = await account.roles();
    return roles.flatMap((role) => {
      const { statements } = role.trust;
      const others = new Set(statements.flatMap((statement) => strangers(statement, account.accountId)));
      if (others.size === 0) return [];
      return {
        subject: role.identityId,
        resource: account.arnOf(role),
        evidence: `${role.name} trusts ${[...others].join(', ')}`,
        fix: [{ operation: 'iam:UpdateAssumeRolePolicy', input: { roleName: role.name } }],
      };
    });
  },
};

/** Accounts that the statement lets in without asking for an external id. */
function strangers({ effect, principal, conditions }: Statement, own: string): string[] {
  const asksForId = conditions.some(({ key }) => key.toLowerCase() === 'sts:externalid');
  if (effect !== 'Allow' || asksForId) return [];
  const accounts = (principal?.entries ?? []).flatMap(({ type, value }) =>
    type === 'AWS' ? (/^(?:arn:[^:]*:[a-z]+::)?(\d{12})/.exec(value)?.[1] ?? []) : [],
  );
  return accounts.filter((accountId) => accountId !== own);
}
