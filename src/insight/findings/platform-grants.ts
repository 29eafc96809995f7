import type { AccountFacts } from './account-facts.js';
import type { Found } from './check.js';
import type { PolicyGrant } from './policy-grants.js';

/**
 * Attachments of platform-managed policies that grant something: the account cannot change the policies, but it can
 * detach them.
 */
export async function platformGrants(account: AccountFacts, grant: PolicyGrant): Promise<Found[]> {
  const attached = await account.attachmentsOfPlatformPolicies(grant);
  return attached.map(({ identity, policyArn, platformPolicy }) => {
    const policyName = platformPolicy!.name;
    const { type, name, identityId } = identity;
    const operation = `iam:Detach${type.charAt(0).toUpperCase()}${type.slice(1)}Policy`;
    return {
      subject: `${identityId}.${policyName}`,
      resource: account.arnOf(identity),
      evidence: `${policyArn} is attached to ${name}`,
      fix: [{ operation, input: { [`${type}Name`]: name, policyArn } }],
    };
  });
}
