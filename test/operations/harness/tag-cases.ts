import type { CaseContext, Members, OperationCase } from './operation-case.js';

/** The three operations on the tags of one kind of resource, which are the same for all kinds. */
export function tagCases(
  /** As in the operations' names: `User` for TagUser. */
  title: string,
  /** Creates a resource with one tag, `Team=blue`, and returns the input that identifies it. */
  tagged: (context: CaseContext) => Promise<Members>,
  /** An input that identifies nothing. */
  missing: (context: CaseContext) => Members,
  /** For managed policies, whose keys are case-sensitive. */
  caseSensitive = false,
): OperationCase[] {
  const tagsOf = async ({ call }: CaseContext, named: Members) =>
    (await call(`iam:List${title}Tags`, named)).tags as Members[];
  const only = ({ tags: _tags, tagKeys: _keys, ...named }: Members) => named;
  return [
    {
      operation: `iam:Tag${title}`,
      arrange: async (context) => ({
        ...(await tagged(context)),
        tags: [
          { key: 'TEAM', value: 'red' },
          { key: 'Cost', value: '' },
        ],
      }),
      check: async (_, context, input) => {
        expect(await tagsOf(context, only(input))).toEqual([
          { key: 'Cost', value: '' },
          { key: 'TEAM', value: 'red' },
          ...(caseSensitive ? blueTeam : []),
        ]);
      },
      errors: {
        NoSuchEntity: (context) => ({ ...missing(context), tags: [{ key: 'Team', value: 'red' }] }),
        LimitExceeded: async (context) => ({
          ...(await tagged(context)),
          tags: Array.from({ length: 50 }, (_, index) => ({ key: `key-${index}`, value: '' })),
        }),
        InvalidInput: async (context) => ({ ...(await tagged(context)), tags: [...blueTeam, ...blueTeam] }),
        ValidationError: async (context) => ({ ...(await tagged(context)), tags: [{ key: 'aws:mine', value: '' }] }),
      },
    },
    {
      operation: `iam:Untag${title}`,
      arrange: async (context) => ({
        ...(await tagged(context)),
        tagKeys: [caseSensitive ? 'Team' : 'team', 'Absent'],
      }),
      check: async (_, context, input) => expect(await tagsOf(context, only(input))).toEqual([]),
      errors: { NoSuchEntity: (context) => ({ ...missing(context), tagKeys: ['Team'] }) },
    },
    {
      operation: `iam:List${title}Tags`,
      arrange: tagged,
      check: ({ tags, isTruncated }) => {
        expect(tags).toEqual([{ key: 'Team', value: 'blue' }]);
        expect(isTruncated).toBe(false);
      },
      errors: { NoSuchEntity: missing },
    },
  ];
}

export const blueTeam = [{ key: 'Team', value: 'blue' }];
