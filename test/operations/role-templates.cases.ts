import { managementTenant } from '../support/tenant.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });

const version = {
  roleNamePattern: 'reader-@{suffix}',
  rolePathPattern: '/templates/',
  assumeRolePolicyDocumentTemplate: document({
    Effect: 'Allow',
    Principal: { AWS: '@{trustedAccount}' },
    Action: 'sts:AssumeRole',
  }),
  inlinePolicyTemplates: [
    { policyName: 'read', policyDocument: document({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '@{users}' }) },
  ],
  managedPolicyArns: ['arn:aws:iam::aws:policy/IAMReadOnlyAccess'],
  parametersDefinition: [
    { name: 'suffix', type: 'String' },
    { name: 'trustedAccount', type: 'Number' },
    { name: 'users', type: 'ArnList' },
  ],
  roleTagsTemplate: [{ key: 'Made-for', value: '@{suffix}' }],
};

const templateArn = (name: string) => `arn:aws:iam::aws:role-template/${name}`;
const users = ['ana', 'bob'].map((name) => `arn:aws:iam::123456789012:user/${name}`);

/** Created by the operator, used by a tenant. */
async function aTemplate({ tenant, unique }: CaseContext, more: object = {}): Promise<string> {
  const { rest } = await managementTenant(tenant.baseUrl);
  const name = unique('template');
  const answer = await rest.put(`/v1/role-templates/${name}`, { version, ...more });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return name;
}

async function acquisition(context: CaseContext): Promise<Members> {
  const values = { suffix: [context.unique('x')], trustedAccount: [context.tenant.accountId], users };
  return {
    templateArn: templateArn(await aTemplate(context)),
    replacementValues: Object.fromEntries(Object.entries(values).map(([name, list]) => [name, { values: list }])),
  };
}

const missing = () => ({ templateArn: templateArn('nowhere') });

const longInlinePolicy = {
  inlinePolicyTemplates: [
    { policyName: 'long', policyDocument: JSON.stringify({ Statement: [], Id: 'x'.repeat(65_536) }) },
  ],
};

export const cases: readonly OperationCase[] = [
  {
    operation: 'gatehouse:PutRoleTemplate',
    asManagement: true,
    arrange: async (context) => ({ templateName: await aTemplate(context), version, description: 'second' }),
    check: ({ roleTemplateVersion }) => {
      expect(roleTemplateVersion).toMatchObject({ minorVersion: 2, defaultMinorVersion: 2, description: 'second' });
    },
    errors: {
      InvalidInput: ({ unique }) => ({ templateName: unique('without-version') }),
      LimitExceeded: ({ unique }) => ({ templateName: unique('long'), version: { ...version, ...longInlinePolicy } }),
      ValidationError: ({ unique }) => ({ templateName: unique('unknown'), version: { ...version, colour: 'blue' } }),
    },
  },
  {
    operation: 'iam:GetRoleTemplateVersion',
    arrange: async (context) => ({ templateArn: templateArn(await aTemplate(context)), minorVersion: 1 }),
    check: ({ roleTemplateVersion }, _, input) => {
      expect(roleTemplateVersion).toMatchObject({
        templateArn: input.templateArn,
        roleNamePattern: 'reader-@{suffix}',
        assumeRolePolicyDocumentTemplate: version.assumeRolePolicyDocumentTemplate,
        enabled: true,
      });
    },
    errors: { NoSuchEntity: missing, InvalidInput: () => ({ templateArn: 'arn:aws:iam::aws:policy/Other' }) },
  },
  {
    operation: 'iam:AcquireRole',
    arrange: acquisition,
    check: async ({ role }, { call }, input) => {
      const suffix = input.replacementValues.suffix.values[0] as string;
      const roleName = `reader-${suffix}`;
      expect(role).toMatchObject({
        roleName,
        path: '/templates/',
        tags: [{ key: 'Made-for', value: suffix }],
        sourceRoleTemplate: { templateArn: input.templateArn, templateMinorVersion: 1 },
      });
      const inline = await call('iam:GetRolePolicy', { roleName, policyName: 'read' });
      expect(JSON.parse(decodeURIComponent(inline.policyDocument as string)).Statement[0].Resource).toEqual(users);
      const { attachedPolicies } = await call('iam:ListAttachedRolePolicies', { roleName });
      expect(attachedPolicies).toHaveLength(1);
    },
    errors: {
      NoSuchEntity: missing,
      InvalidInput: async (context) => ({ ...(await acquisition(context)), replacementValues: {} }),
      NameConflictException: async (context) => {
        const input = await acquisition(context);
        await context.call('iam:AcquireRole', input);
        return input;
      },
      RoleTemplateDisabledException: async (context) => ({
        ...(await acquisition(context)),
        templateArn: templateArn(await aTemplate(context, { enabled: false })),
      }),
      MalformedPolicyDocument: async (context) => {
        const broken = { ...version, assumeRolePolicyDocumentTemplate: document({ Effect: 'Allow' }) };
        const name = await aTemplate(context, {
          version: {
            ...broken,
            parametersDefinition: [],
            roleNamePattern: 'x',
            roleTagsTemplate: [],
            inlinePolicyTemplates: [],
          },
        });
        return { templateArn: templateArn(name) };
      },
    },
  },
];
