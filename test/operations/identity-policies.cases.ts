import { allow } from '../support/tenant.js';
import { ec2Trust } from '../support/trust.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

const policyDocument = JSON.stringify(allow('orders:GetOrder'));

/** The same seven operations for each kind of identity that can have policies. */
const kinds: { title: string; member: string; characters: number; more?: Members }[] = [
  { title: 'User', member: 'userName', characters: 2048 },
  { title: 'Group', member: 'groupName', characters: 5120 },
  { title: 'Role', member: 'roleName', characters: 10_240, more: { assumeRolePolicyDocument: ec2Trust } },
];

export const cases: readonly OperationCase[] = kinds.flatMap(casesOf);

function casesOf({ title, member, characters, more }: (typeof kinds)[number]): OperationCase[] {
  const anIdentity = async ({ call, unique }: CaseContext): Promise<Members> => {
    const name = unique(title.toLowerCase());
    await call(`iam:Create${title}`, { [member]: name, ...more });
    return { [member]: name };
  };
  const aPolicy = async ({ call, unique }: CaseContext): Promise<{ policyArn: string }> => {
    const { policy } = await call('iam:CreatePolicy', { policyName: unique('policy'), policyDocument });
    return { policyArn: policy.arn as string };
  };
  const bothApart = async (context: CaseContext) => ({ ...(await anIdentity(context)), ...(await aPolicy(context)) });
  const attached = async (context: CaseContext) => {
    const input = await bothApart(context);
    await context.call(`iam:Attach${title}Policy`, input);
    return input;
  };
  const embedded = async (context: CaseContext) => {
    const input: Members = { ...(await anIdentity(context)), policyName: 'inline' };
    await context.call(`iam:Put${title}Policy`, { ...input, policyDocument });
    return input;
  };
  const onlyName = (input: Members) => ({ [member]: input[member] as string });
  const listAttached = async ({ call }: CaseContext, input: Members) =>
    (await call(`iam:ListAttached${title}Policies`, onlyName(input))).attachedPolicies as Members[];

  /** Service-linked roles are the only identities whose policies cannot be changed. */
  const protectedRole = (others: (context: CaseContext) => Members | Promise<Members>): OperationCase['errors'] =>
    title !== 'Role'
      ? {}
      : {
          UnmodifiableEntity: async (context) => {
            const awsServiceName = `${context.unique('s')}.example.com`;
            const { role } = await context.call('iam:CreateServiceLinkedRole', { awsServiceName });
            return { roleName: role.roleName as string, ...(await others(context)) };
          },
        };

  return [
    {
      operation: `iam:Attach${title}Policy`,
      arrange: bothApart,
      check: async (_, context, input) => {
        expect(await listAttached(context, input)).toEqual([
          expect.objectContaining({ policyArn: input['policyArn'] }),
        ]);
      },
      errors: {
        InvalidInput: async (context) => ({
          ...(await anIdentity(context)),
          policyArn: 'arn:aws:iam::not-a-policy',
        }),
        PolicyNotAttachable: async (context) => ({
          ...(await anIdentity(context)),
          policyArn: 'arn:aws:iam::aws:policy/aws-service-role/AccessAnalyzerServiceRolePolicy',
        }),
        NoSuchEntity: async (context) => ({
          ...(await anIdentity(context)),
          policyArn: `arn:aws:iam::${context.tenant.accountId}:policy/nothing`,
        }),
        LimitExceeded: async (context) => {
          const identity = await anIdentity(context);
          for (let count = 0; count < 10; count += 1) {
            await context.call(`iam:Attach${title}Policy`, { ...identity, ...(await aPolicy(context)) });
          }
          return { ...identity, ...(await aPolicy(context)) };
        },
        ...protectedRole(aPolicy),
      },
    },
    {
      operation: `iam:Detach${title}Policy`,
      arrange: attached,
      check: async (_, context, input) => expect(await listAttached(context, input)).toEqual([]),
      errors: { NoSuchEntity: bothApart, ...protectedRole(aPolicy) },
    },
    {
      operation: `iam:ListAttached${title}Policies`,
      arrange: async (context) => onlyName(await attached(context)),
      check: ({ attachedPolicies }) => expect(attachedPolicies).toHaveLength(1),
      errors: { NoSuchEntity: ({ unique }) => ({ [member]: unique('nothing') }) },
    },
    {
      operation: `iam:Put${title}Policy`,
      arrange: async (context) => ({ ...(await anIdentity(context)), policyName: 'inline', policyDocument }),
      check: async (_, { call }, input) => {
        const { policyNames } = await call(`iam:List${title}Policies`, onlyName(input));
        expect(policyNames).toEqual(['inline']);
      },
      errors: {
        NoSuchEntity: ({ unique }) => ({ [member]: unique('nothing'), policyName: 'inline', policyDocument }),
        MalformedPolicyDocument: async (context) => ({
          ...(await anIdentity(context)),
          policyName: 'inline',
          policyDocument: '{}',
        }),
        LimitExceeded: async (context) => ({
          ...(await anIdentity(context)),
          policyName: 'inline',
          policyDocument: JSON.stringify(allow(`orders:${'x'.repeat(characters)}`)),
        }),
        ...protectedRole(() => ({ policyName: 'inline', policyDocument })),
      },
    },
    {
      operation: `iam:Get${title}Policy`,
      arrange: embedded,
      check: (output, _, input) => {
        expect(output).toMatchObject({ [member]: input[member] as string, policyName: 'inline' });
        expect(decodeURIComponent(output['policyDocument'] as string)).toBe(policyDocument);
      },
      errors: { NoSuchEntity: async (context) => ({ ...(await anIdentity(context)), policyName: 'other' }) },
    },
    {
      operation: `iam:Delete${title}Policy`,
      arrange: embedded,
      check: async (_, { call }, input) => {
        expect((await call(`iam:List${title}Policies`, onlyName(input))).policyNames).toEqual([]);
      },
      errors: {
        NoSuchEntity: async (context) => ({ ...(await anIdentity(context)), policyName: 'other' }),
        ...protectedRole(() => ({ policyName: 'other' })),
      },
    },
    {
      operation: `iam:List${title}Policies`,
      arrange: async (context) => onlyName(await embedded(context)),
      check: ({ policyNames }) => expect(policyNames).toEqual(['inline']),
      errors: { NoSuchEntity: ({ unique }) => ({ [member]: unique('nothing') }) },
    },
  ];
}
