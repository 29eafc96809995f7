import type { CaseContext, OperationCase } from './harness/operation-case.js';

async function aTaggedUser({ call, unique }: CaseContext): Promise<{ userName: string; key: string }> {
  const [userName, key] = [unique('tagged'), unique('Key')];
  await call('iam:CreateUser', { userName, tags: [{ key, value: 'blue' }] });
  return { userName, key };
}

const badToken = { InvalidParameterException: () => ({ paginationToken: 'nonsense' }) };

export const cases: readonly OperationCase[] = [
  {
    operation: 'tag:GetResources',
    doors: 'rest',
    arrange: async (context) => ({ tagFilters: [{ key: (await aTaggedUser(context)).key, values: ['blue', 'red'] }] }),
    check: ({ resourceTagMappingList, paginationToken }, { tenant }, { tagFilters: [{ key }] }) => {
      expect(paginationToken).toBe('');
      const resourceArn = expect.stringContaining(`arn:aws:iam::${tenant.accountId}:user/tagged-`);
      expect(resourceTagMappingList).toEqual([{ resourceArn, tags: [{ key, value: 'blue' }] }]);
    },
    errors: badToken,
  },
  {
    operation: 'tag:GetTagKeys',
    doors: 'rest',
    arrange: async (context) => {
      await aTaggedUser(context);
      return {};
    },
    check: ({ tagKeys }) => expect(tagKeys).toContainEqual(expect.stringMatching(/^Key-/)),
    errors: badToken,
  },
  {
    operation: 'tag:GetTagValues',
    doors: 'rest',
    arrange: async (context) => ({ key: (await aTaggedUser(context)).key }),
    check: ({ tagValues }) => expect(tagValues).toEqual(['blue']),
    errors: { InvalidParameterException: () => ({ key: 'Any', paginationToken: 'nonsense' }) },
  },
];
