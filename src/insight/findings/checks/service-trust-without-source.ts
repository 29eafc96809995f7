import { isServiceLinked } from '../../../iam/resources/service-linked.js';
import type { Check } from '../check.js';

export const serviceTrustWithoutSource: Check = {
  id: 'service-trust-without-source',
  severity: 'medium',
  title: 'A role trusts a service without limiting the source',
  recommendation:
    'Add conditions on aws:SourceAccount and aws:SourceArn, so that nobody else can make the service ' +
    'use the role (confused deputy).',
  async find(account) {
    // The service defines the trust policy of a service-linked role.
    const trusting = (await account.roles()).filter(
      (role) => role.trust.openServices.length > 0 && !isServiceLinked(role),
    );
    return trusting.map((role) => ({
      subject: role.identityId,
      resource: account.arnOf(role),
      evidence: `${role.name} trusts ${role.trust.openServices.join(', ')} on behalf of any account`,
      fix: [{ operation: 'iam:UpdateAssumeRolePolicy', input: { roleName: role.name } }],
    }));
  },
};
