import type { AccountFacts } from './account-facts.js';
import type { Found } from './check.js';
import type { PolicyGrant } from './policy-grants.js';

/**
 * Attachments of the platform's policies that grant something: the policies are not the account's to change, but whom
 * they are attached to is.
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
