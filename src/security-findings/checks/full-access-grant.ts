import { parsePolicy, type Statement } from '../../policy-engine/index.js';
import type { AccountFacts } from '../account-facts.js';
import type { Check, Found } from '../check.js';
import { policyFix } from '../policy-fix.js';

export const fullAccessGrant: Check = {
  id: 'full-access-grant',
  severity: 'high',
  title: 'A policy allows every action on everything',
  recommendation: 'Grant what is needed: GET /v1/least-privilege shows what was used.',
  async find(account) {
    const full = (await account.policies()).filter(({ document }) => document.statements.some(isFullAccess));
    const own = full.map((policy) => ({
      subject: policy.subject,
      resource: policy.resource,
      evidence: `${policy.name} allows Action * on Resource * without conditions`,
      fix: policyFix(policy),
    }));
    return [...own, ...(await platformGrants(account))];
  },
};

/** The platform's policies are not the account's to change, but whom they are attached to is. */
async function platformGrants(account: AccountFacts): Promise<Found[]> {
  const { tx, accountId, partition } = account;
  const attached = await tx.policyAttachment.findMany({
    where: { accountId, platformPolicyId: { not: null } },
    include: { identity: true, platformPolicy: { include: { versions: true } } },
  });
  return attached.flatMap(({ identity, policyArn, platformPolicy }) => {
    const inForce = platformPolicy!.versions.find((one) => one.versionNumber === platformPolicy!.defaultVersionNumber)!;
    if (!parsePolicy(inForce.document, 'identity', { partition }).statements.some(isFullAccess)) return [];
    const { type, name, identityId } = identity;
    const operation = `iam:Detach${type.charAt(0).toUpperCase()}${type.slice(1)}Policy`;
    return {
      subject: `${identityId}.${platformPolicy!.name}`,
      resource: account.arnOf(identity),
      evidence: `${policyArn} is attached to ${name}`,
      fix: [{ operation, input: { [`${type}Name`]: name, policyArn } }],
    };
  });
}

function isFullAccess({ effect, action, resource, conditions }: Statement): boolean {
  return (
    effect === 'Allow' &&
    conditions.length === 0 &&
    !action.negated &&
    action.patterns.some((pattern) => /^\*(?::\*)?$/.test(pattern)) &&
    resource?.negated === false &&
    resource.patterns.includes('*')
  );
}
