import { newCertificate } from '../support/certificates.js';
import { samlMetadata } from '../support/saml-metadata.js';
import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';
import { blueTeam, tagCases } from './harness/tag-cases.js';

const thumbprint = '9e99a48a9960b14926bb7f3b02e22da2b0ab7280';

async function anOidcProvider({ call, unique }: CaseContext): Promise<{ openIdConnectProviderArn: string }> {
  const { openIdConnectProviderArn } = await call('iam:CreateOpenIDConnectProvider', {
    url: `https://${unique('idp')}.example.com/tenant`,
    clientIdList: ['shop'],
    tags: blueTeam,
  });
  return { openIdConnectProviderArn: openIdConnectProviderArn as string };
}

const noOidcProvider = ({ tenant, unique }: CaseContext) => ({
  openIdConnectProviderArn: `arn:aws:iam::${tenant.accountId}:oidc-provider/${unique('nothing')}.example.com`,
});

const notAnArn = { InvalidInput: () => ({ openIdConnectProviderArn: 'arn:aws:iam::111122223333:user/ana' }) };
const notASamlArn = { InvalidInput: () => ({ samlProviderArn: 'arn:aws:iam::111122223333:user/ana' }) };

const oidc = async ({ call }: CaseContext, openIdConnectProviderArn: string) =>
  call('iam:GetOpenIDConnectProvider', { openIdConnectProviderArn });

const idp = await newCertificate('idp');
const metadata = samlMetadata('https://idp.example.com', idp.der);

async function aSamlProvider({ call, unique }: CaseContext, more: Members = {}): Promise<{ samlProviderArn: string }> {
  const { samlProviderArn } = await call('iam:CreateSAMLProvider', {
    name: unique('saml'),
    samlMetadataDocument: metadata,
    tags: blueTeam,
    ...more,
  });
  return { samlProviderArn: samlProviderArn as string };
}

const noSamlProvider = ({ tenant, unique }: CaseContext) => ({
  samlProviderArn: `arn:aws:iam::${tenant.accountId}:saml-provider/${unique('nothing')}`,
});

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:CreateOpenIDConnectProvider',
    arrange: ({ unique }) => ({
      url: `https://${unique('idp')}.example.com/tenant/`,
      clientIdList: ['shop', 'shop'],
      thumbprintList: [thumbprint.toUpperCase()],
      tags: blueTeam,
    }),
    check: async ({ openIdConnectProviderArn, tags }, context, { url }) => {
      const issuer = String(url).replace('https://', '');
      expect(openIdConnectProviderArn).toBe(`arn:aws:iam::${context.tenant.accountId}:oidc-provider/${issuer}`);
      expect(tags).toEqual(blueTeam);
      expect(await oidc(context, openIdConnectProviderArn as string)).toMatchObject({
        url: issuer,
        clientIdList: ['shop'],
        thumbprintList: [thumbprint],
      });
    },
    errors: {
      EntityAlreadyExists: async (context) => {
        const { openIdConnectProviderArn } = await anOidcProvider(context);
        return { url: openIdConnectProviderArn.replace(/^.*oidc-provider\//, 'https://') };
      },
      InvalidInput: () => ({ url: 'https://accounts.example.com', thumbprintList: ['x'.repeat(40)] }),
      ValidationError: () => ({ url: 'http://accounts.example.com' }),
    },
  },
  {
    operation: 'iam:GetOpenIDConnectProvider',
    arrange: anOidcProvider,
    check: (output) => expect(output).toMatchObject({ clientIdList: ['shop'], thumbprintList: [], tags: blueTeam }),
    errors: { NoSuchEntity: noOidcProvider, ...notAnArn },
  },
  {
    operation: 'iam:ListOpenIDConnectProviders',
    arrange: async (context) => {
      await anOidcProvider(context);
      return {};
    },
    check: ({ openIdConnectProviderList }, { tenant }) => {
      expect(openIdConnectProviderList).toContainEqual({
        arn: expect.stringContaining(`arn:aws:iam::${tenant.accountId}:oidc-provider/`),
      });
    },
  },
  {
    operation: 'iam:AddClientIDToOpenIDConnectProvider',
    arrange: async (context) => ({ ...(await anOidcProvider(context)), clientId: 'mobile' }),
    check: async (_, context, { openIdConnectProviderArn }) => {
      expect((await oidc(context, openIdConnectProviderArn as string)).clientIdList).toEqual(['shop', 'mobile']);
    },
    errors: {
      NoSuchEntity: (context) => ({ ...noOidcProvider(context), clientId: 'mobile' }),
      InvalidInput: () => ({ ...notAnArn.InvalidInput(), clientId: 'mobile' }),
      LimitExceeded: async ({ call, unique }) => {
        const { openIdConnectProviderArn } = await call('iam:CreateOpenIDConnectProvider', {
          url: `https://${unique('idp')}.example.com`,
          clientIdList: Array.from({ length: 100 }, (_, index) => `client-${index}`),
        });
        return { openIdConnectProviderArn: openIdConnectProviderArn as string, clientId: 'one-more' };
      },
    },
  },
  {
    operation: 'iam:RemoveClientIDFromOpenIDConnectProvider',
    arrange: async (context) => ({ ...(await anOidcProvider(context)), clientId: 'shop' }),
    check: async (_, context, { openIdConnectProviderArn }) => {
      expect((await oidc(context, openIdConnectProviderArn as string)).clientIdList).toEqual([]);
    },
    errors: {
      NoSuchEntity: (context) => ({ ...noOidcProvider(context), clientId: 'shop' }),
      InvalidInput: () => ({ ...notAnArn.InvalidInput(), clientId: 'shop' }),
    },
  },
  {
    operation: 'iam:UpdateOpenIDConnectProviderThumbprint',
    arrange: async (context) => ({ ...(await anOidcProvider(context)), thumbprintList: [thumbprint] }),
    check: async (_, context, { openIdConnectProviderArn }) => {
      expect((await oidc(context, openIdConnectProviderArn as string)).thumbprintList).toEqual([thumbprint]);
    },
    errors: {
      NoSuchEntity: (context) => ({ ...noOidcProvider(context), thumbprintList: [thumbprint] }),
      InvalidInput: () => ({ ...notAnArn.InvalidInput(), thumbprintList: [thumbprint] }),
    },
  },
  {
    operation: 'iam:DeleteOpenIDConnectProvider',
    arrange: anOidcProvider,
    check: async (_, { call }, input) => {
      const { openIdConnectProviderList } = await call('iam:ListOpenIDConnectProviders');
      expect(openIdConnectProviderList).not.toContainEqual({ arn: input['openIdConnectProviderArn'] });
    },
    errors: { NoSuchEntity: noOidcProvider, ...notAnArn },
  },
  ...tagCases('OpenIDConnectProvider', anOidcProvider, noOidcProvider),
  {
    operation: 'iam:CreateSAMLProvider',
    arrange: ({ unique }) => ({
      name: unique('saml'),
      samlMetadataDocument: metadata,
      assertionEncryptionMode: 'Required',
      addPrivateKey: idp.privateKey,
      tags: blueTeam,
    }),
    check: async ({ samlProviderArn, tags }, { call, tenant }, { name }) => {
      expect(samlProviderArn).toBe(`arn:aws:iam::${tenant.accountId}:saml-provider/${name}`);
      expect(tags).toEqual(blueTeam);
      const provider = await call('iam:GetSAMLProvider', { samlProviderArn });
      expect(provider).toMatchObject({ assertionEncryptionMode: 'Required', samlMetadataDocument: metadata });
      expect(JSON.stringify(provider)).not.toContain('PRIVATE KEY');
    },
    errors: {
      EntityAlreadyExists: async (context) => {
        const { samlProviderArn } = await aSamlProvider(context);
        const name = samlProviderArn.replace(/^.*\//, '').toUpperCase();
        return { name, samlMetadataDocument: metadata };
      },
      InvalidInput: ({ unique }) => ({
        name: unique('saml'),
        samlMetadataDocument: samlMetadata('https://idp.example.com', 'A'.repeat(700)),
      }),
      ValidationError: ({ unique }) => ({ name: unique('saml'), samlMetadataDocument: '<short/>' }),
    },
  },
  {
    operation: 'iam:GetSAMLProvider',
    arrange: (context) => aSamlProvider(context, { addPrivateKey: idp.privateKey }),
    check: ({ samlProviderUuid, samlMetadataDocument, privateKeyList, tags }) => {
      expect(samlProviderUuid).toMatch(/^[A-Z0-9]{22,64}$/);
      expect(samlMetadataDocument).toBe(metadata);
      expect(privateKeyList).toEqual([expect.objectContaining({ keyId: expect.stringMatching(/^[A-Z0-9]{22,64}$/) })]);
      expect(tags).toEqual(blueTeam);
    },
    errors: { NoSuchEntity: noSamlProvider, ...notASamlArn },
  },
  {
    operation: 'iam:ListSAMLProviders',
    arrange: async (context) => {
      await aSamlProvider(context);
      return {};
    },
    check: ({ samlProviderList }, { tenant }) => {
      expect(samlProviderList[0].arn).toContain(`arn:aws:iam::${tenant.accountId}:saml-provider/`);
      // A document without an expiry is valid for a hundred years.
      expect(new Date(samlProviderList[0].validUntil as string).getUTCFullYear()).toBe(
        new Date().getUTCFullYear() + 100,
      );
    },
  },
  {
    operation: 'iam:UpdateSAMLProvider',
    arrange: async (context) => ({
      ...(await aSamlProvider(context)),
      samlMetadataDocument: samlMetadata('https://other.example.com', idp.der, 'validUntil="2099-01-01T00:00:00Z"'),
    }),
    check: async ({ samlProviderArn }, { call }, input) => {
      expect(samlProviderArn).toBe(input['samlProviderArn']);
      const { samlMetadataDocument, validUntil } = await call('iam:GetSAMLProvider', { samlProviderArn });
      expect(samlMetadataDocument).toBe(input['samlMetadataDocument']);
      expect(validUntil).toBe('2099-01-01T00:00:00.000Z');
      // A key is replaced without interruption: the new one is added before the old one is removed.
      await call('iam:UpdateSAMLProvider', { samlProviderArn, addPrivateKey: idp.privateKey });
      const [{ keyId: removePrivateKey }] = (await call('iam:GetSAMLProvider', { samlProviderArn })).privateKeyList as [
        Members,
      ];
      await call('iam:UpdateSAMLProvider', { samlProviderArn, removePrivateKey });
      expect((await call('iam:GetSAMLProvider', { samlProviderArn })).privateKeyList).toEqual([]);
    },
    errors: {
      NoSuchEntity: (context) => ({ ...noSamlProvider(context), samlMetadataDocument: metadata }),
      InvalidInput: async (context) => ({ ...(await aSamlProvider(context)), assertionEncryptionMode: 'Required' }),
      LimitExceeded: async (context) => {
        const input = { ...(await aSamlProvider(context)), addPrivateKey: idp.privateKey };
        await context.call('iam:UpdateSAMLProvider', input);
        await context.call('iam:UpdateSAMLProvider', input);
        return input;
      },
    },
  },
  {
    operation: 'iam:DeleteSAMLProvider',
    arrange: aSamlProvider,
    check: async (_, { call }, { samlProviderArn }) => {
      const { samlProviderList } = await call('iam:ListSAMLProviders');
      expect(samlProviderList).not.toContainEqual(expect.objectContaining({ arn: samlProviderArn }));
    },
    errors: { NoSuchEntity: noSamlProvider, ...notASamlArn },
  },
  ...tagCases('SAMLProvider', aSamlProvider, noSamlProvider),
];
