import { full, iamArn, nameOfFull } from '../full-account.js';
import { manyPatterns, manyStatements } from '../long-policies.js';
import { largestMetadata } from './files.js';
import { times } from './questions.js';
import { type FullAccount, newName, type WorstInput, type WorstInputs } from './worst-input.js';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: times(20, () => ({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' })),
});
const delegation = (ownerAccountId: string, requestorWorkflowId: string) => ({
  ownerAccountId,
  requestorWorkflowId,
  redirectUrl: 'https://example.com/'.padEnd(255, 'a'),
  sessionDuration: 3600,
});
const none = { permissionsBoundary: undefined };
/** Policies within the quota, and the longest text that is parsed before it is refused. */
const policies = (characters: number) => [
  { input: { policyDocument: manyStatements(characters) }, answers: 204 },
  { input: { policyDocument: manyPatterns(characters) }, answers: 204 },
  { answers: 'LimitExceeded' },
];

/** IAM's operations with more input than names and tags. */
export const iam: WorstInputs = {
  'iam:CreateUser': { input: (account) => ({ ...none, userName: newName(account, 64) }), answers: 201 },
  'iam:CreateGroup': { input: (account) => ({ groupName: newName(account, 128) }), answers: 201 },
  'iam:CreateRole': {
    input: (account) => ({ ...none, roleName: newName(account, 64), assumeRolePolicyDocument: trust }),
    answers: 201,
  },
  'iam:CreateInstanceProfile': {
    input: (account) => ({ instanceProfileName: newName(account, 128) }),
    answers: 201,
  },
  'iam:CreatePolicy': [
    {
      input: (account) => ({ policyName: newName(account, 128), policyDocument: manyStatements(6_144) }),
      answers: 201,
    },
    { input: (account) => ({ policyName: newName(account, 128) }), answers: 'LimitExceeded' },
  ],
  'iam:CreatePolicyVersion': [
    { input: { policyDocument: manyStatements(6_144) }, answers: 201 },
    { answers: 'LimitExceeded' },
  ],
  'iam:PutUserPolicy': policies(2_048),
  'iam:PutGroupPolicy': policies(5_120),
  'iam:PutRolePolicy': policies(10_240),
  'iam:UpdateAssumeRolePolicy': [{ input: { policyDocument: trust }, answers: 204 }, { answers: 'LimitExceeded' }],
  'iam:CreateVirtualMFADevice': {
    input: (account) => ({ virtualMfaDeviceName: newName(account, 226), path: '/' }),
    answers: 201,
  },
  'iam:CreateOpenIDConnectProvider': {
    input: (account) => ({
      url: `https://${newName(account, 60)}.example.com`,
      clientIdList: times(100, (index) => `${index}`.padEnd(255, 'c')),
      thumbprintList: times(5, () => 'a'.repeat(40)),
    }),
    answers: 201,
  },
  'iam:UpdateOpenIDConnectProviderThumbprint': {
    input: { thumbprintList: times(5, () => 'a'.repeat(40)) },
    answers: 204,
  },
  'iam:AddClientIDToOpenIDConnectProvider': { answers: 204 },
  'iam:CreateSAMLProvider': {
    input: ({ certificate }) => ({
      addPrivateKey: undefined,
      assertionEncryptionMode: undefined,
      samlMetadataDocument: largestMetadata(certificate.der),
    }),
    answers: 201,
  },
  'iam:UpdateSAMLProvider': {
    input: ({ certificate }) => ({
      addPrivateKey: undefined,
      removePrivateKey: undefined,
      assertionEncryptionMode: undefined,
      samlMetadataDocument: largestMetadata(certificate.der),
    }),
    answers: 200,
  },
  'iam:UploadServerCertificate': {
    input: (account) => ({
      serverCertificateName: newName(account, 128),
      certificateBody: account.certificate.certificate,
      privateKey: account.certificate.privateKey,
      certificateChain: times(10, () => account.certificate.certificate).join('\n'),
    }),
    answers: 201,
  },
  'iam:ListPoliciesGrantingServiceAccess': [
    { input: { serviceNamespaces: times(200, (index) => `s${index}`) }, answers: 200 },
    {
      as: 'medium',
      input: ({ mediumUserArn }) => ({
        arn: mediumUserArn,
        serviceNamespaces: times(9, (index) => `platform${index + 1}`),
      }),
      answers: 'LimitExceeded',
    },
  ],
  'iam:ListServiceSpecificCredentials': { input: { userName: undefined, serviceName: undefined }, answers: 200 },
  'iam:GenerateOrganizationsAccessReport': {
    as: 'operator',
    input: ({ prepared }) => ({ entityPath: prepared.organizationPath, organizationsPolicyId: undefined }),
    answers: 202,
  },
  'iam:GenerateServiceLastAccessedDetails': [
    { input: { granularity: 'ACTION_LEVEL' }, answers: 201 },
    {
      input: ({ accountId }) => ({ arn: iamArn(accountId, 'policy', full.policyName), granularity: 'ACTION_LEVEL' }),
      answers: 201,
    },
    {
      as: 'medium',
      input: ({ mediumUserArn }) => ({ arn: mediumUserArn, granularity: 'ACTION_LEVEL' }),
      answers: 'LimitExceeded',
    },
  ],
  'iam:PutAccountProperties': {
    input: { properties: Object.fromEntries(times(50, (index) => [`key/${index}`, 'v'.repeat(1024)])) },
    answers: 200,
  },
  'iam:AcquireRole': [
    {
      input: ({ call }) => ({
        ...{ templateArn: 'arn:aws:iam::aws:role-template/good', templateMinorVersion: undefined },
        replacementValues: { suffix: { values: [`${call}`] } },
      }),
      answers: 201,
    },
    {
      input: ({ call }) => ({
        ...{ templateArn: 'arn:aws:iam::aws:role-template/largest', templateMinorVersion: undefined },
        replacementValues: { suffix: { values: [`${call}`] } },
      }),
      answers: 'LimitExceeded',
    },
  ],
  'iam:CreateDelegationRequest': [
    {
      input: ({ accountId, ...account }) => ({
        ...delegation(accountId, newName({ accountId, ...account }, 400)),
        permissions: { policyTemplateArn: iamArn(accountId, 'policy', nameOfFull('p', 2, 128)), parameters: [] },
      }),
      answers: 201,
    },
    delegationOfLists(6, 'InvalidInput'),
    delegationOfLists(38, 'LimitExceeded'),
  ],
  'iam:ListDelegationRequests': { input: { ownerId: undefined }, answers: 200 },
};

/** From a template with a parameter in each of fifty resources. */
function delegationOfLists(valuesOfEach: number, answers: string): WorstInput {
  const input = ({ accountId, ...account }: FullAccount) => ({
    ...delegation(accountId, newName({ accountId, ...account }, 400)),
    permissions: {
      policyTemplateArn: account.prepared.templatePolicyArn,
      parameters: times(50, (index) => ({
        name: `p${1000 + index}`,
        values: times(valuesOfEach, (value) => `${value}`.padEnd(390, 'v')),
        type: 'stringList',
      })),
    },
  });
  return { input, answers };
}
