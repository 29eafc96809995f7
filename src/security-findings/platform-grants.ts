import type { PolicyDocument } from '../policy-engine/index.js';
import type { AccountFacts } from './account-facts.js';
import type { Found } from './check.js';

/**
 * Attachments of the platform's policies that grant something: the policies are not the account's to change, but whom
 * they are attached to is.
 */
export async function platformGrants(
  account: AccountFacts,
  grants: (document: PolicyDocument) => boolean,
): Promise<Found[]> {
  const attached = (await account.attachedPlatformPolicies()).filter(({ document }) => grants(document));
  return attached.map(({ identity, policyArn, policyName }) => {
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
