import type { Check } from '../check.js';

/** Source: CIS AWS Foundations Benchmark, "Ensure IAM password policy requires minimum length of 14 or greater". */
const MINIMUM_LENGTH = 14;
const REMEMBERED = 24;

export const weakPasswordPolicy: Check = {
  id: 'weak-password-policy',
  severity: 'medium',
  title: 'The password policy is weak',
  recommendation: `Require ${MINIMUM_LENGTH} characters or more, and remember ${REMEMBERED} passwords.`,
  async find({ tx, accountId, rootArn }) {
    const policy = await tx.passwordPolicy.findUnique({ where: { accountId } });
    const weaknesses = policy
      ? [
          ...(policy.minimumPasswordLength < MINIMUM_LENGTH ? [`length ${policy.minimumPasswordLength}`] : []),
          ...((policy.passwordReusePrevention ?? 0) < REMEMBERED ? ['passwords can be reused'] : []),
        ]
      : ['the account has no password policy'];
    if (weaknesses.length === 0) return [];
    return [
      {
        subject: accountId,
        resource: rootArn,
        evidence: `Password policy: ${weaknesses.join(', ')}`,
        fix: [
          {
            operation: 'iam:UpdateAccountPasswordPolicy',
            input: { minimumPasswordLength: MINIMUM_LENGTH, passwordReusePrevention: REMEMBERED },
          },
        ],
      },
    ];
  },
};
