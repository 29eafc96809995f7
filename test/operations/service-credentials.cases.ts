import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

const serviceName = 'codecommit.amazonaws.com';

async function aUser({ call, unique }: CaseContext): Promise<{ userName: string }> {
  const userName = unique('user');
  await call('iam:CreateUser', { userName });
  return { userName };
}

async function create(context: CaseContext, more: Members = {}): Promise<Members> {
  const input = { ...(await aUser(context)), serviceName, ...more };
  const { serviceSpecificCredential } = await context.call('iam:CreateServiceSpecificCredential', input);
  return serviceSpecificCredential as Members;
}

async function aCredential(context: CaseContext) {
  const { userName, serviceSpecificCredentialId } = await create(context);
  return { userName: userName as string, serviceSpecificCredentialId: serviceSpecificCredentialId as string };
}

const noCredential = async (context: CaseContext) => ({
  ...(await aUser(context)),
  serviceSpecificCredentialId: 'ACCA'.padEnd(21, 'A'),
});

const credentialsOf = async ({ call }: CaseContext, userName: unknown) =>
  (await call('iam:ListServiceSpecificCredentials', { userName })).serviceSpecificCredentials as Members[];

const isValid = async ({ call }: CaseContext, name: unknown, secret: unknown) =>
  (await call('gatehouse:VerifyServiceSpecificCredential', { serviceName, serviceUserName: name, secret })).isValid as
    boolean | undefined;

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:CreateServiceSpecificCredential',
    arrange: async (context) => ({ ...(await aUser(context)), serviceName }),
    check: async ({ serviceSpecificCredential }, context, { userName }) => {
      expect(serviceSpecificCredential).toMatchObject({
        userName,
        serviceName,
        serviceUserName: `${userName}-at-${context.tenant.accountId}`,
        status: 'Active',
      });
      expect(serviceSpecificCredential.servicePassword).toHaveLength(40);
      const second = await context.call('iam:CreateServiceSpecificCredential', { userName, serviceName });
      expect(second.serviceSpecificCredential.serviceUserName).toBe(`${userName}+1-at-${context.tenant.accountId}`);
      expect(JSON.stringify(await credentialsOf(context, userName))).not.toContain('assword');
    },
    errors: {
      NoSuchEntity: ({ unique }) => ({ userName: unique('nobody'), serviceName }),
      LimitExceeded: async (context) => {
        const { userName } = await create(context);
        await context.call('iam:CreateServiceSpecificCredential', { userName, serviceName });
        return { userName, serviceName };
      },
      ValidationError: async (context) => ({ ...(await aUser(context)), serviceName, credentialAgeDays: 30 }),
    },
  },
  {
    operation: 'iam:ListServiceSpecificCredentials',
    arrange: async (context) => {
      await create(context, { serviceName: 'bedrock.amazonaws.com', credentialAgeDays: 30 });
      return { allUsers: true, serviceName: 'bedrock.amazonaws.com' };
    },
    check: ({ serviceSpecificCredentials }) => {
      const [{ serviceCredentialAlias, expirationDate, createDate }] = serviceSpecificCredentials as [Members];
      expect(serviceCredentialAlias).toMatch(/-at-\d{12}$/);
      const days =
        (new Date(expirationDate as string).getTime() - new Date(createDate as string).getTime()) / 86_400_000;
      expect(Math.round(days)).toBe(30);
    },
    errors: {
      NoSuchEntity: ({ unique }) => ({ userName: unique('nobody') }),
    },
  },
  {
    operation: 'iam:UpdateServiceSpecificCredential',
    arrange: async (context) => ({ ...(await aCredential(context)), status: 'Inactive' }),
    check: async (_, context, { userName }) => {
      expect(await credentialsOf(context, userName)).toEqual([expect.objectContaining({ status: 'Inactive' })]);
    },
    errors: { NoSuchEntity: async (context) => ({ ...(await noCredential(context)), status: 'Inactive' }) },
  },
  {
    operation: 'iam:ResetServiceSpecificCredential',
    arrange: aCredential,
    check: async ({ serviceSpecificCredential }, context, { serviceSpecificCredentialId }) => {
      expect(serviceSpecificCredential.serviceSpecificCredentialId).toBe(serviceSpecificCredentialId);
      const { serviceUserName, servicePassword } = serviceSpecificCredential as Members;
      expect(await isValid(context, serviceUserName, servicePassword)).toBe(true);
    },
    errors: { NoSuchEntity: noCredential },
  },
  {
    operation: 'iam:DeleteServiceSpecificCredential',
    arrange: aCredential,
    check: async (_, context, { userName }) => expect(await credentialsOf(context, userName)).toEqual([]),
    errors: { NoSuchEntity: noCredential },
  },
  {
    operation: 'gatehouse:VerifyServiceSpecificCredential',
    arrange: async (context) => {
      const { serviceUserName, servicePassword } = await create(context);
      return { serviceName, serviceUserName: serviceUserName as string, secret: servicePassword as string };
    },
    check: async ({ isValid: valid, principal }, context, { serviceUserName, secret }) => {
      expect(valid).toBe(true);
      const userName = String(serviceUserName).replace(/-at-.*/, '');
      expect(principal).toBe(`arn:aws:iam::${context.tenant.accountId}:user/${userName}`);
      expect(await isValid(context, serviceUserName, 'wrong')).toBe(false);
      // A tenant cannot see another account's credentials.
      expect(await isValid(context, 'ana-at-999999999999', 'wrong')).toBe(false);
      const [{ serviceSpecificCredentialId }] = (await credentialsOf(context, userName)) as [Members];
      await context.call('iam:UpdateServiceSpecificCredential', {
        userName,
        serviceSpecificCredentialId,
        status: 'Inactive',
      });
      expect(await isValid(context, serviceUserName, secret)).toBe(false);
    },
  },
];
