import { OTHER_SERVICE } from '../prepared.js';
import { context, ofActing, passRole, rootSubject, subject } from './questions.js';
import { type FullAccount, type WorstInputs } from './worst-input.js';

const serviceKey = ({ prepared }: FullAccount) => ({
  prefix: OTHER_SERVICE,
  accessKeyId: prepared.serviceAccessKeyId,
  status: 'Active',
});

/** Services of the platform and their workloads. */
export const services: WorstInputs = {
  'gatehouse:CheckPassRole': [
    { as: 'service', input: (account) => ({ ...passRole(account, subject(account)), context: {} }), answers: 200 },
    { as: 'service', input: (account) => ({ ...passRole(account, rootSubject(account)), context: {} }), answers: 200 },
    {
      as: 'service',
      input: (account) => ({ ...passRole(account, subject(account)), context: ofActing(context) }),
      answers: 200,
    },
  ],
  'gatehouse:CreateServiceAccessKey': { as: 'operator', input: { prefix: 'budget' }, answers: 201 },
  'gatehouse:DeleteServiceAccessKey': { as: 'operator', input: serviceKey, answers: 204 },
  'gatehouse:DeregisterService': { as: 'operator', input: { prefix: 'budget' }, answers: 204 },
  'gatehouse:DeregisterWorkload': {
    input: async ({ prepared }) => ({ workloadId: (await prepared.newWorkload()).workloadId }),
    answers: 204,
  },
  'gatehouse:GetOwnWorkload': {
    as: 'workload',
    input: async ({ prepared }) => {
      await prepared.newWorkload();
      return {};
    },
    answers: 200,
  },
  'gatehouse:GetService': { as: 'operator', input: { prefix: 'budget' }, answers: 200 },
  'gatehouse:GetWorkload': {
    input: async ({ prepared }) => ({ workloadId: (await prepared.newWorkload()).workloadId }),
    answers: 200,
  },
  'gatehouse:GetWorkloadCredentials': {
    as: 'workload',
    input: async ({ prepared }) => {
      await prepared.newWorkload();
      return {};
    },
    answers: 200,
  },
  'gatehouse:GetWorkloadIdentityToken': {
    as: 'workload',
    input: async ({ prepared }) => {
      await prepared.newWorkload();
      return {};
    },
    answers: 200,
  },
  'gatehouse:ListServiceAccessKeys': { as: 'operator', input: { prefix: 'budget' }, answers: 200 },
  'gatehouse:ListServices': 200,
  'gatehouse:ListWorkloads': 200,
  'gatehouse:RegisterWorkload': {
    as: 'service',
    input: ({ prepared }) => ({
      resourceArn: prepared.newResourceArn(),
      roleArn: prepared.serviceRoleArn,
      instanceProfileArn: undefined,
    }),
    answers: 201,
  },
  'gatehouse:RenewWorkloadToken': {
    as: 'service',
    input: async ({ prepared }) => ({ workloadId: (await prepared.newWorkload()).workloadId }),
    answers: 201,
  },
  'gatehouse:UpdateServiceAccessKey': { as: 'operator', input: serviceKey, answers: 204 },
};
