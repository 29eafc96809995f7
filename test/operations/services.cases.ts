import { definitionOf, newPrefix } from '../support/services.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

async function aService({ call }: CaseContext): Promise<Members> {
  const prefix = newPrefix();
  await call('gatehouse:RegisterService', { prefix, ...definitionOf(prefix) });
  return { prefix };
}

async function aKey(context: CaseContext): Promise<Members> {
  const { prefix } = await aService(context);
  const { accessKey } = await context.call('gatehouse:CreateServiceAccessKey', { prefix });
  return { prefix, accessKeyId: accessKey.accessKeyId as string };
}

const noService = () => ({ prefix: newPrefix() });
const noKey = async (context: CaseContext) => ({ ...(await aService(context)), accessKeyId: 'AKIAIOSFODNN7EXAMPLE' });

export const cases: readonly OperationCase[] = [
  {
    operation: 'gatehouse:RegisterService',
    asManagement: true,
    arrange: () => {
      const prefix = newPrefix();
      return { prefix, ...definitionOf(prefix) };
    },
    check: ({ service }, _, input) => {
      expect(service).toEqual({
        ...input,
        arn: `arn:aws:gatehouse:::service/${input['prefix']}`,
        createDate: expect.any(String),
        updateDate: expect.any(String),
      });
    },
    errors: {
      EntityAlreadyExists: async (context) => {
        const { prefix } = await aService(context);
        return { prefix, ...definitionOf(prefix as string) };
      },
    },
  },
  {
    operation: 'gatehouse:GetService',
    asManagement: true,
    arrange: aService,
    check: ({ service }, _, { prefix }) => {
      expect(service).toMatchObject({ prefix, ...definitionOf(prefix as string) });
    },
    errors: { NoSuchEntity: noService },
  },
  {
    operation: 'gatehouse:ListServices',
    asManagement: true,
    arrange: async (context) => {
      await aService(context);
      await aService(context);
      return { maxItems: 1 };
    },
    check: async ({ services, isTruncated, marker }, { call }) => {
      expect([services.length, isTruncated]).toEqual([1, true]);
      const next = await call('gatehouse:ListServices', { maxItems: 1, marker: marker as string });
      expect(next['services'][0].prefix > services[0].prefix).toBe(true);
    },
  },
  {
    operation: 'gatehouse:UpdateService',
    asManagement: true,
    arrange: async (context) => {
      const { prefix } = await aService(context);
      const actions = [{ name: 'Ship', accessLevel: 'Permissions management' }];
      return { prefix, displayName: 'Shipping', servicePrincipal: `ship.${prefix}.example.com`, actions };
    },
    check: async ({ service }, { call }, input) => {
      expect(service).toMatchObject(input);
      expect((await call('gatehouse:GetService', { prefix: input['prefix'] }))['service']).toEqual(service);
    },
    errors: {
      NoSuchEntity: () => {
        const prefix = newPrefix();
        return { prefix, ...definitionOf(prefix) };
      },
      EntityAlreadyExists: async (context) => {
        const other = await aService(context);
        const { prefix } = await aService(context);
        return { ...definitionOf(prefix as string), prefix, servicePrincipal: `${other['prefix']}.example.com` };
      },
    },
  },
  {
    operation: 'gatehouse:DeregisterService',
    asManagement: true,
    arrange: aService,
    check: async (_, { tenant }, { prefix }) => {
      expect((await tenant.rest.get(`/v1/services/${prefix}`)).status).toBe(404);
    },
    errors: { NoSuchEntity: noService },
  },
  {
    operation: 'gatehouse:CreateServiceAccessKey',
    asManagement: true,
    arrange: aService,
    check: ({ accessKey }) => {
      expect(accessKey).toEqual({
        accessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
        secretAccessKey: expect.stringMatching(/^[\w+/]{40}$/),
        status: 'Active',
        createDate: expect.any(String),
      });
    },
    errors: {
      NoSuchEntity: noService,
      LimitExceeded: async (context) => {
        const { prefix } = await aKey(context);
        await context.call('gatehouse:CreateServiceAccessKey', { prefix });
        return { prefix };
      },
    },
  },
  {
    operation: 'gatehouse:ListServiceAccessKeys',
    asManagement: true,
    arrange: async (context) => {
      const { prefix } = await aKey(context);
      await context.call('gatehouse:CreateServiceAccessKey', { prefix });
      return { prefix, maxItems: 1 };
    },
    check: async ({ accessKeyMetadata, isTruncated, marker }, { call }, { prefix }) => {
      expect([accessKeyMetadata.length, isTruncated]).toEqual([1, true]);
      const next = await call('gatehouse:ListServiceAccessKeys', { prefix, marker: marker as string });
      expect(next['accessKeyMetadata']).toHaveLength(1);
      expect(JSON.stringify(next)).not.toContain('secret');
    },
    errors: { NoSuchEntity: noService },
  },
  {
    operation: 'gatehouse:UpdateServiceAccessKey',
    asManagement: true,
    arrange: async (context) => ({ ...(await aKey(context)), status: 'Inactive' }),
    check: async (_, { call }, { prefix }) => {
      const { accessKeyMetadata } = await call('gatehouse:ListServiceAccessKeys', { prefix });
      expect(accessKeyMetadata[0].status).toBe('Inactive');
    },
    errors: { NoSuchEntity: async (context) => ({ ...(await noKey(context)), status: 'Inactive' }) },
  },
  {
    operation: 'gatehouse:DeleteServiceAccessKey',
    asManagement: true,
    arrange: aKey,
    check: async (_, { call }, { prefix }) => {
      expect((await call('gatehouse:ListServiceAccessKeys', { prefix }))['accessKeyMetadata']).toEqual([]);
    },
    errors: { NoSuchEntity: noKey },
  },
];
