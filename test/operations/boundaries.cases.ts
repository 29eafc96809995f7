import { ec2Trust } from '../support/trust.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const notAttachable = 'arn:aws:iam::aws:policy/aws-service-role/AccessAnalyzerServiceRolePolicy';

const kinds = [
  { title: 'User', member: 'userName', more: {} },
  { title: 'Role', member: 'roleName', more: { assumeRolePolicyDocument: ec2Trust } },
];

/** The same two operations for each kind of identity that can have a boundary. */
export const cases: readonly OperationCase[] = kinds.flatMap(casesOf);

function casesOf({ title, member, more }: (typeof kinds)[number]): OperationCase[] {
  const anIdentity = async ({ call, unique }: CaseContext, extra: Members = {}): Promise<Members> => {
    const name = unique(title.toLowerCase());
    await call(`iam:Create${title}`, { [member]: name, ...more, ...extra });
    return { [member]: name };
  };
  const boundaryOf = async ({ call }: CaseContext, input: Members) => {
    const output = await call(`iam:Get${title}`, { [member]: input[member] as string });
    return (output[title.toLowerCase()] as Members)['permissionsBoundary'] as unknown;
  };
  const protectedRole = async ({ call, unique }: CaseContext): Promise<Members> => {
    const { role } = await call('iam:CreateServiceLinkedRole', { awsServiceName: `${unique('s')}.example.com` });
    return { roleName: role.roleName as string };
  };
  const ofProtectedRoles = (extra: Members): OperationCase['errors'] =>
    title === 'Role'
      ? { UnmodifiableEntity: async (context) => ({ ...(await protectedRole(context)), ...extra }) }
      : {};

  return [
    {
      operation: `iam:Put${title}PermissionsBoundary`,
      arrange: async (context) => ({ ...(await anIdentity(context)), permissionsBoundary: readOnly }),
      check: async (_, context, input) => {
        expect(await boundaryOf(context, input)).toEqual({
          permissionsBoundaryType: 'Policy',
          permissionsBoundaryArn: readOnly,
        });
      },
      errors: {
        NoSuchEntity: async (context) => ({
          ...(await anIdentity(context)),
          permissionsBoundary: `arn:aws:iam::${context.tenant.accountId}:policy/nothing`,
        }),
        InvalidInput: async (context) => ({
          ...(await anIdentity(context)),
          permissionsBoundary: 'arn:aws:iam::not-a-policy',
        }),
        PolicyNotAttachable: async (context) => ({
          ...(await anIdentity(context)),
          permissionsBoundary: notAttachable,
        }),
        ...ofProtectedRoles({ permissionsBoundary: readOnly }),
      },
    },
    {
      operation: `iam:Delete${title}PermissionsBoundary`,
      arrange: (context) => anIdentity(context, { permissionsBoundary: readOnly }),
      check: async (_, context, input) => expect(await boundaryOf(context, input)).toBeUndefined(),
      errors: { NoSuchEntity: ({ unique }) => ({ [member]: unique('nothing') }), ...ofProtectedRoles({}) },
    },
  ];
}
