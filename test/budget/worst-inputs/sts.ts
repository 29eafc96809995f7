import { iamArn } from '../full-account.js';
import { manyStatements } from '../long-policies.js';
import { action, shortResource, subject, times } from './questions.js';
import { type WorstInputs } from './worst-input.js';

const anyTag = { resourcesPerPage: 100, tagsPerPage: undefined, resourceTypeFilters: ['iam:user'] };
const filterOf = (tag: number, values: number) => ({
  key: `k1-${tag}`.padEnd(128, 'k'),
  values: times(values, (value) => `${value}`.padEnd(256, 'v')),
});

/** STS and tags. */
export const sts: WorstInputs = {
  'sts:AssumeRole': {
    as: 'user',
    input: ({ prepared }) => ({
      roleArn: prepared.assumedRoleArn,
      ...{ policy: manyStatements(2_048), policyArns: undefined },
      ...{ serialNumber: undefined, tokenCode: undefined, providedContexts: undefined },
    }),
    answers: 201,
  },
  'sts:AssumeRoleWithSAML': {
    as: 'nobody',
    input: ({ prepared }) => ({
      ...{ roleArn: prepared.samlRoleArn, principalArn: prepared.samlProviderArn },
      ...{ samlAssertion: prepared.samlAssertion(), policy: manyStatements(2_048), policyArns: undefined },
    }),
    answers: 201,
  },
  'sts:AssumeRoleWithWebIdentity': {
    as: 'nobody',
    input: async ({ prepared }) => ({
      ...{ roleArn: prepared.webIdentityRoleArn, webIdentityToken: await prepared.webIdentityToken() },
      ...{ policy: manyStatements(2_048), policyArns: undefined, providerId: undefined },
    }),
    answers: 201,
  },
  'sts:AssumeRoot': {
    as: 'operator',
    input: ({ accountId }) => ({
      targetPrincipal: accountId,
      taskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' },
      durationSeconds: 900,
    }),
    answers: 201,
  },
  'sts:DecodeAuthorizationMessage': {
    input: async ({ prepared, ...account }) => {
      const question = { subject: subject({ prepared, ...account }), action, resource: shortResource, context: {} };
      const { context: decided } = await prepared.post('/access/v1/evaluation', question);
      return { encodedMessage: (decided as Record<string, string>)['encodedAuthorizationMessage'] };
    },
    answers: 200,
  },
  'sts:GetAccessKeyInfo': { input: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, answers: 'ValidationError' },
  'sts:GetCallerIdentity': 200,
  'sts:GetDelegatedAccessToken': {
    input: ({ prepared }) => ({ tradeInToken: prepared.tradeInToken }),
    answers: 201,
  },
  'sts:GetFederationToken': { input: { policy: manyStatements(2_048), policyArns: undefined }, answers: 201 },
  'sts:GetScopedCredentials': {
    as: 'session',
    input: { policy: manyStatements(2_048), durationSeconds: undefined },
    answers: 201,
  },
  'sts:GetSessionToken': { input: { serialNumber: undefined, tokenCode: undefined }, answers: 201 },
  'sts:GetWebIdentityToken': [
    {
      input: {
        ...{ audience: ['a'.repeat(1000)], durationSeconds: 300, subjectMode: undefined, scope: undefined },
        tags: times(10, (index) => ({ key: `k${index}`.padEnd(128, 'k'), value: 'v'.repeat(256) })),
      },
      answers: 201,
    },
    {
      input: { durationSeconds: 300, subjectMode: undefined, scope: undefined },
      answers: 'JWTPayloadSizeExceededException',
    },
  ],
  'tag:GetResources': [
    {
      input: { ...anyTag, resourceTypeFilters: undefined, resourceArnList: undefined, tagFilters: undefined },
      answers: 200,
    },
    {
      input: { ...anyTag, resourceArnList: undefined, tagFilters: times(2, (tag) => filterOf(tag, 20)) },
      answers: 200,
    },
    {
      input: { ...anyTag, resourceArnList: undefined, tagFilters: times(50, (tag) => filterOf(tag, 20)) },
      answers: 'LimitExceeded',
    },
    {
      input: ({ accountId }) => ({
        resourcesPerPage: undefined,
        tagsPerPage: undefined,
        resourceTypeFilters: undefined,
        tagFilters: undefined,
        resourceArnList: times(100, (index) => iamArn(accountId, 'user', `none${index}`)),
      }),
      answers: 200,
    },
  ],
  'tag:GetTagKeys': 200,
  'tag:GetTagValues': 200,
};
