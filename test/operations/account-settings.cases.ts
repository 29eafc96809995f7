import type { CaseContext, OperationCase } from './harness/operation-case.js';

async function enabled({ call, tenant }: CaseContext): Promise<object> {
  await tenant.rest.put('/v1/outbound-web-identity-federation');
  expect((await call('iam:GetOutboundWebIdentityFederationInfo')).jwtVendingEnabled).toBe(true);
  return {};
}

async function disabled({ tenant }: CaseContext): Promise<object> {
  await tenant.rest.delete('/v1/outbound-web-identity-federation');
  return {};
}

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:PutAccountProperties',
    arrange: async ({ call }) => {
      await call('iam:PutAccountProperties', { properties: { 'Other/Kept': 'yes', 'Other/Changed': 'old' } });
      return { properties: { 'Other/Changed': 'new', 'Other/Added': 'true' } };
    },
    check: async (_, { call }) => {
      const properties = { 'Other/Kept': 'yes', 'Other/Changed': 'new', 'Other/Added': 'true' };
      expect(await call('iam:GetAccountProperties')).toEqual({ properties });
    },
    errors: {
      InvalidInput: () => ({ properties: { 'One/A': 'x', 'Two/A': 'x' } }),
      ValidationError: () => ({ properties: { '/Starts': 'x' } }),
    },
  },
  {
    operation: 'iam:GetAccountProperties',
    arrange: async ({ call }) => {
      await call('iam:PutAccountProperties', { properties: { 'RoleManager/Enabled': 'true' } });
      return {};
    },
    check: ({ properties }) => expect(properties).toMatchObject({ 'RoleManager/Enabled': 'true' }),
  },
  {
    operation: 'iam:SetSecurityTokenServicePreferences',
    arrange: () => ({ globalEndpointTokenVersion: 'v2Token' }),
    check: (output) => expect(output).toEqual({}),
    errors: { ValidationError: () => ({ globalEndpointTokenVersion: 'v3Token' }) },
  },
  {
    operation: 'iam:EnableOutboundWebIdentityFederation',
    arrange: disabled,
    check: ({ issuerIdentifier }, { tenant }) => {
      expect(issuerIdentifier).toBe(`${tenant.baseUrl}/issuers/${tenant.accountId}`);
    },
    errors: { FeatureEnabled: enabled },
  },
  {
    operation: 'iam:DisableOutboundWebIdentityFederation',
    arrange: enabled,
    check: async (_, { tenant }) => {
      expect((await tenant.rest.get('/v1/outbound-web-identity-federation')).status).toBe(404);
    },
    errors: { FeatureDisabled: disabled },
  },
  {
    operation: 'iam:GetOutboundWebIdentityFederationInfo',
    arrange: enabled,
    check: ({ issuerIdentifier, jwtVendingEnabled }, { tenant }) => {
      expect(jwtVendingEnabled).toBe(true);
      expect(issuerIdentifier).toContain(tenant.accountId);
    },
    errors: { FeatureDisabled: disabled },
  },
  {
    operation: 'gatehouse:UpdateSignInSettings',
    arrange: async ({ call }) => {
      await call('gatehouse:UpdateSignInSettings', { mfaRequired: 'root' });
      return { mfaRequired: 'none' };
    },
    check: async ({ signInSettings }, { call }) => {
      expect(signInSettings).toEqual({ mfaRequired: 'none' });
      expect(await call('gatehouse:GetSignInSettings')).toEqual({ signInSettings });
    },
  },
  {
    operation: 'gatehouse:GetSignInSettings',
    arrange: () => ({}),
    check: ({ signInSettings }) => expect(signInSettings).toEqual({ mfaRequired: 'none' }),
  },
];
