import type { CaseContext, OperationCase } from './harness/operation-case.js';

/** Every new tenant's root user has no MFA device. */
const rootWithoutMfa = ({ tenant }: CaseContext) => ({ findingId: `root-without-mfa:${tenant.accountId}` });
const noFinding = ({ tenant }: CaseContext) => ({ findingId: `no-such-check:${tenant.accountId}` });

/** The findings of each check are in test/security-findings. */
export const cases: readonly OperationCase[] = [
  {
    operation: 'gatehouse:ListSecurityFindings',
    arrange: () => ({ severity: 'critical', view: 'table' }),
    check: ({ findings, table }, context) => {
      const { findingId } = rootWithoutMfa(context);
      expect(findings).toContainEqual(expect.objectContaining({ findingId, severity: 'critical' }));
      expect(table).toContain('`iam:EnableMFADevice`');
    },
    errors: { ValidationError: () => ({ marker: 'made-up' }) },
  },
  {
    operation: 'gatehouse:SuppressSecurityFinding',
    arrange: (context) => ({ ...rootWithoutMfa(context), reason: 'Kept in a safe' }),
    check: ({ finding }) => expect(finding.suppression).toMatchObject({ reason: 'Kept in a safe' }),
    errors: { NoSuchEntity: (context) => ({ ...noFinding(context), reason: 'None' }) },
  },
  {
    operation: 'gatehouse:UnsuppressSecurityFinding',
    arrange: async (context) => {
      await context.call('gatehouse:SuppressSecurityFinding', { ...rootWithoutMfa(context), reason: 'Kept in a safe' });
      return rootWithoutMfa(context);
    },
    check: async (_, context) => {
      const { findings } = await context.call('gatehouse:ListSecurityFindings', { status: 'suppressed' });
      expect(findings).toEqual([]);
    },
    errors: { NoSuchEntity: noFinding },
  },
];
