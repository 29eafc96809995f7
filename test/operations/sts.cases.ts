import type { OperationCase } from './harness/operation-case.js';

export const cases: readonly OperationCase[] = [
  {
    operation: 'sts:GetCallerIdentity',
    arrange: () => ({}),
    check: ({ account, arn, userId }, { tenant }) => {
      expect(account).toBe(tenant.accountId);
      expect(arn).toBe(`arn:aws:iam::${tenant.accountId}:root`);
      expect(userId).toBe(tenant.accountId);
    },
    undeniable: true,
  },
];
