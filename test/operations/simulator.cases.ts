import type { CaseContext, Members, OperationCase } from './harness/operation-case.js';

const bucket = 'arn:aws:s3:::team-bucket';
const withMfa = `{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "${bucket}",
      "Condition": { "Bool": { "aws:MultiFactorAuthPresent": "true" } } },
    { "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*" }
  ]
}`;
const iamOnly = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}';
const everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
const ownFolder =
  '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::home/${aws:username}/*"}}';

const mfa = (value: string) => [
  { contextKeyName: 'aws:MultiFactorAuthPresent', contextKeyValues: [value], contextKeyType: 'boolean' },
];
const forBucket = { policyInputList: [withMfa], actionNames: ['s3:ListBucket'], resourceArns: [bucket] };

/** A user with an inline policy, in a group with a managed one. */
async function aMember({ call, unique, tenant }: CaseContext): Promise<Members> {
  const userName = unique('user');
  const groupName = unique('group');
  const policyName = unique('policy');
  await call('iam:CreateUser', { userName, tags: [{ key: 'Team', value: 'blue' }] });
  await call('iam:CreateGroup', { groupName });
  await call('iam:AddUserToGroup', { groupName, userName });
  await call('iam:PutUserPolicy', { userName, policyName: 'own', policyDocument: ownFolder });
  const { policy } = await call('iam:CreatePolicy', { policyName, policyDocument: withMfa });
  await call('iam:AttachGroupPolicy', { groupName, policyArn: policy.arn });
  return { userName, policyName, policySourceArn: `arn:aws:iam::${tenant.accountId}:user/${userName}` };
}

/** More than any policy of an identity may have. */
const tooLong = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${'x'.repeat(10_240)}` },
});

const source = async (context: CaseContext) => ({
  policySourceArn: (await aMember(context)).policySourceArn as string,
});
const nobody = ({ tenant, unique }: CaseContext) => ({
  policySourceArn: `arn:aws:iam::${tenant.accountId}:role/${unique('nobody')}`,
});

export const cases: readonly OperationCase[] = [
  {
    operation: 'iam:SimulateCustomPolicy',
    arrange: () => ({ ...forBucket, actionNames: ['s3:ListBucket', 's3:DeleteBucket'], contextEntries: mfa('true') }),
    check: ({ evaluationResults, isTruncated }) => {
      const [list, remove] = evaluationResults as Members[];
      const statement = {
        sourcePolicyId: 'PolicyInputList.1',
        sourcePolicyType: 'IAM Policy',
        startPosition: { line: 4, column: 5 },
        endPosition: { line: 5, column: 74 },
      };
      expect(list).toMatchObject({
        evalActionName: 's3:ListBucket',
        evalResourceName: bucket,
        evalDecision: 'allowed',
        matchedStatements: [statement],
        missingContextValues: [],
        evalDecisionDetails: {},
        resourceSpecificResults: [
          { evalResourceName: bucket, evalResourceDecision: 'allowed', matchedStatements: [statement] },
        ],
      });
      expect(remove).toMatchObject({
        evalDecision: 'explicitDeny',
        matchedStatements: [{ startPosition: { line: 6, column: 5 } }],
      });
      expect(isTruncated).toBe(false);
    },
    errors: {
      InvalidInput: () => ({ ...forBucket, policyInputList: ['{"Version":"2012-10-17"}'] }),
      LimitExceeded: () => ({ ...forBucket, policyInputList: [tooLong] }),
      ValidationError: () => ({ ...forBucket, actionNames: [] }),
    },
  },
  {
    operation: 'iam:SimulatePrincipalPolicy',
    arrange: async (context) => ({
      ...(await source(context)),
      actionNames: ['s3:GetObject', 's3:ListBucket'],
      resourceArns: ['arn:aws:s3:::home/someone/file', bucket],
      permissionsBoundaryPolicyInputList: [iamOnly],
      policyInputList: [everything],
    }),
    check: ({ evaluationResults }) => {
      const [get, list] = evaluationResults as Members[];
      expect(get).toMatchObject({
        evalResourceName: '*',
        evalDecision: 'implicitDeny',
        matchedStatements: [],
        missingContextValues: [],
        permissionsBoundaryDecisionDetail: { allowedByPermissionsBoundary: false },
      });
      expect(list!.missingContextValues).toEqual(['aws:MultiFactorAuthPresent']);
      const perResource = list!.resourceSpecificResults as Members[];
      expect(perResource.map(({ missingContextValues }) => missingContextValues as string[])).toEqual([
        [],
        ['aws:MultiFactorAuthPresent'],
      ]);
    },
    errors: {
      NoSuchEntity: (context) => ({ ...nobody(context), actionNames: ['s3:GetObject'] }),
      LimitExceeded: async (context) => ({
        ...(await source(context)),
        actionNames: ['s3:GetObject'],
        policyInputList: [tooLong],
      }),
      InvalidInput: ({ tenant }) => ({
        policySourceArn: `arn:aws:iam::${tenant.accountId}:root`,
        actionNames: ['s3:GetObject'],
      }),
    },
  },
  {
    operation: 'gatehouse:ExplainCustomPolicy',
    arrange: () => ({ ...forBucket, contextEntries: mfa('false') }),
    check: ({ explanations }) => {
      expect(explanations).toEqual([
        {
          actionName: 's3:ListBucket',
          resourceName: bucket,
          decision: 'implicitDeny',
          layer: 'identity',
          reason: 'Denied because no identity-based policy allows the s3:ListBucket action',
          missingContextValues: [],
          statements: [
            expect.objectContaining({
              policy: 'PolicyInputList.1',
              effect: 'Allow',
              applies: false,
              action: true,
              resource: true,
              conditions: [
                {
                  operator: 'Bool',
                  key: 'aws:MultiFactorAuthPresent',
                  expected: ['true'],
                  actual: ['false'],
                  matched: false,
                },
              ],
            }),
            expect.objectContaining({ effect: 'Deny', applies: false, action: false }),
          ],
        },
      ]);
    },
    errors: {
      InvalidInput: () => ({ ...forBucket, resourceOwner: 'nobody' }),
      LimitExceeded: () => ({ ...forBucket, policyInputList: [tooLong] }),
    },
  },
  {
    operation: 'gatehouse:ExplainPrincipalPolicy',
    arrange: async (context) => {
      const { userName, policySourceArn } = await aMember(context);
      return {
        policySourceArn,
        actionNames: ['s3:GetObject'],
        resourceArns: [`arn:aws:s3:::home/${userName}/file`],
      };
    },
    check: ({ explanations }, _, { policySourceArn }) => {
      const [explanation] = explanations as Members[];
      const userName = (policySourceArn as string).split('/').at(-1)!;
      expect(explanation).toMatchObject({ decision: 'allowed', reason: 's3:GetObject is allowed' });
      const applying = (explanation!.statements as Members[]).filter(({ applies }) => applies as boolean);
      expect(applying).toMatchObject([
        { policy: `user_${userName}_own`, policyType: 'user-inline', layer: 'identity' },
      ]);
    },
    errors: {
      NoSuchEntity: (context) => ({ ...nobody(context), actionNames: ['s3:GetObject'] }),
      LimitExceeded: async (context) => ({
        ...(await source(context)),
        actionNames: ['s3:GetObject'],
        policyInputList: [tooLong],
      }),
      InvalidInput: async (context) => ({ ...(await source(context)), actionNames: ['s3:*'] }),
    },
  },
  {
    operation: 'iam:GetContextKeysForCustomPolicy',
    arrange: () => ({ policyInputList: [withMfa, ownFolder] }),
    check: ({ contextKeyNames }) => {
      expect(contextKeyNames).toEqual(['aws:MultiFactorAuthPresent', 'aws:username']);
    },
    errors: {
      InvalidInput: () => ({ policyInputList: ['no policy'] }),
      LimitExceeded: () => ({ policyInputList: [tooLong] }),
    },
  },
  {
    operation: 'iam:GetContextKeysForPrincipalPolicy',
    arrange: source,
    check: ({ contextKeyNames }) => {
      expect([...(contextKeyNames as string[])].sort()).toEqual(['aws:MultiFactorAuthPresent', 'aws:username']);
    },
    errors: {
      NoSuchEntity: nobody,
      LimitExceeded: async (context) => ({ ...(await source(context)), policyInputList: [tooLong] }),
      InvalidInput: async (context) => ({ ...(await source(context)), policyInputList: ['no policy'] }),
    },
  },
];
