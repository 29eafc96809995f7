import { isServiceLinked } from '../../../iam/resources/service-linked.js';
import type { Statement } from '../../../policy-engine/index.js';
import type { Check } from '../check.js';

/** Source: IAM User Guide, "The confused deputy problem", cross-service confused deputy prevention. */
const SOURCE_KEYS = new Set(['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:sourceorgpaths']);

export const serviceTrustWithoutSource: Check = {
  id: 'service-trust-without-source',
  severity: 'medium',
  title: 'A role trusts a service on behalf of anyone',
  recommendation:
    'Add conditions on aws:SourceAccount and aws:SourceArn, so that nobody else can have the service use the role (confused deputy).',
  async find(account) {
    // What a service-linked role trusts, its service defines.
    const roles = (await account.roles()).filter((role) => !isServiceLinked(role));
    return roles.flatMap((role) => {
      const { statements } = role.trust;
      const services = new Set(statements.flatMap(servicesForAnyone));
      if (services.size === 0) return [];
      return {
        subject: role.identityId,
        resource: account.arnOf(role),
        evidence: `${role.name} trusts ${[...services].join(', ')}, whoever asks it`,
        fix: [{ operation: 'iam:UpdateAssumeRolePolicy', input: { roleName: role.name } }],
      };
    });
  },
};

function servicesForAnyone({ effect, principal, conditions }: Statement): string[] {
  if (effect !== 'Allow' || conditions.some(({ key }) => SOURCE_KEYS.has(key.toLowerCase()))) return [];
  return (principal?.entries ?? []).flatMap(({ type, value }) => (type === 'Service' ? value : []));
}
