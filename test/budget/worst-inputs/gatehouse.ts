import { manyPatterns, manyStatements } from '../long-policies.js';
import { iamArn, nameOfFull } from '../full-account.js';
import { action, context, openPolicy, resource, shortResource, subject, times } from './questions.js';
import { largestService, manyTokensCsv, manyTokensPskc } from './files.js';
import { type FullAccount, newName, type WorstInputs } from './worst-input.js';

const question = (account: FullAccount) => ({ subject: subject(account), action, resource, context });

const policyInputList = times(40, (index) => (index % 2 ? manyStatements(10_000) : manyPatterns(10_000, index * 300)));
const simulation = {
  policyInputList,
  actionNames: times(1000, (index) => `s3:Get${index}`),
  permissionsBoundaryPolicyInputList: undefined,
  resourceArns: undefined,
  resourcePolicy: undefined,
  resourceOwner: undefined,
  callerArn: undefined,
  contextEntries: undefined,
  resourceHandlingOption: undefined,
};

/** Decisions, simulations, and the registrations of the platform's operator. */
export const gatehouse: WorstInputs = {
  'gatehouse:Evaluate': [
    { input: question, answers: 'LimitExceeded' },
    { input: (account) => ({ ...question(account), resource: shortResource }), answers: 200 },
  ],
  'gatehouse:EvaluateBatch': {
    input: (account) => ({
      subject: subject(account),
      action,
      resource: { ...resource, properties: undefined },
      context,
      options: undefined,
      evaluations: times(20, () => ({ resource })),
    }),
    answers: 200,
  },
  'gatehouse:SearchActions': [
    {
      input: (account) => ({ subject: subject(account), resource, context: {}, page: { limit: 1000 } }),
      answers: 'LimitExceeded',
    },
    {
      input: (account) => ({
        subject: subject(account),
        resource: { ...resource, properties: undefined },
        context: {},
        page: { limit: 1000 },
      }),
      answers: 200,
    },
  ],
  'gatehouse:SearchSubjects': [
    {
      input: () => ({ subject: { type: 'principal' }, action, resource, context: {}, page: { limit: 1000 } }),
      answers: 'LimitExceeded',
    },
    {
      input: () => ({
        ...{ subject: { type: 'principal' }, action, context: {}, page: { limit: 200 } },
        resource: { ...resource, properties: { policy: openPolicy } },
      }),
      answers: 200,
    },
  ],
  'gatehouse:SearchResources': {
    input: (account) => ({
      subject: subject(account),
      action,
      resource: { type: 'thing' },
      context: {},
      page: { limit: 1000 },
    }),
    answers: 200,
  },
  'gatehouse:ExplainCustomPolicy': [
    { input: simulation, answers: 'LimitExceeded' },
    { input: { ...simulation, policyInputList: policyInputList.slice(0, 8) }, answers: 200 },
  ],
  'iam:SimulateCustomPolicy': { input: simulation, answers: 200 },
  'gatehouse:ExplainPrincipalPolicy': [
    { input: { ...simulation, policyInputList: undefined }, answers: 'LimitExceeded' },
    { input: simulation, answers: 'LimitExceeded' },
    {
      input: ({ accountId }) => ({
        ...{ ...simulation, policyInputList: undefined },
        policySourceArn: iamArn(accountId, 'role', nameOfFull('r', 300, 64)),
      }),
      answers: 200,
    },
  ],
  'iam:SimulatePrincipalPolicy': [
    { input: { ...simulation, policyInputList: undefined }, answers: 200 },
    { input: simulation, answers: 'LimitExceeded' },
  ],
  'iam:GetContextKeysForCustomPolicy': { input: { policyInputList }, answers: 200 },
  'iam:GetContextKeysForPrincipalPolicy': { input: { policyInputList }, answers: 200 },
  'gatehouse:RegisterService': {
    as: 'operator',
    input: (account) => ({ ...largestService(`budget${account.call}`), prefix: `budget${account.call}` }),
    answers: 201,
  },
  'gatehouse:UpdateService': {
    as: 'operator',
    input: () => ({ ...largestService('budget'), prefix: 'budget' }),
    answers: 200,
  },
  'gatehouse:ImportHardwareTokens': [
    {
      as: 'operator',
      input: ({ call }) => importOf('csv', manyTokensCsv(1_000, `csv${call}x`)),
      answers: 201,
    },
    { as: 'operator', input: () => importOf('csv', manyTokensCsv(22_000, 'more')), answers: 'LimitExceeded' },
    {
      as: 'operator',
      input: ({ call }) => importOf('pskc', manyTokensPskc(1_000_000, `pskc${call}x`)),
      answers: 'LimitExceeded',
    },
  ],
  'gatehouse:CreateAccount': {
    as: 'nobody',
    input: (account) => ({
      name: 'n'.repeat(128),
      email: `${newName(account, 60)}@example.com`,
      password: 'Long-enough-1'.padEnd(128, 'x'),
      accountId: undefined,
      confirmEmail: undefined,
    }),
    answers: 201,
  },
};

function importOf(format: 'csv' | 'pskc', document: string) {
  return { format, document, key: undefined, password: undefined, partition: undefined };
}
