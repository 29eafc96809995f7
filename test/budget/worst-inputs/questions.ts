import { full, iamArn } from '../full-account.js';
import { manyPatterns } from '../long-policies.js';
import type { FullAccount } from './worst-input.js';

export const times = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, i) => make(i));

const LONG_RESOURCE = `arn:aws:budget:aa::${'ab'.repeat(1000)}`;
/** A resource policy of the maximum size. */
export const resourcePolicy = manyPatterns(16_000)
  .replace('"Resource"', '"Principal":"*","Resource"')
  .replaceAll('arn:aws:app', 'arn:aws:budget');

export const subject = ({ accountId }: FullAccount) => ({
  type: 'principal',
  id: iamArn(accountId, 'user', full.userName),
  properties: undefined,
});
export const action = { name: 'budget:Do' };
export const resource = { type: 'thing', id: LONG_RESOURCE, properties: { policy: resourcePolicy } };
export const context = Object.fromEntries(
  times(50, (key) => [`budget:key${key}`, times(5, (at) => `${at}`.padEnd(2000, 'ab'))]),
);

/** Condition keys that do not belong to IAM, like those of the calling service. */
export const ofActing = (keys: typeof context) =>
  Object.fromEntries(Object.entries(keys).map(([key, values]) => [key.replace('budget:', 'acting:'), values]));

export const rootSubject = ({ accountId }: FullAccount) => ({
  type: 'principal',
  id: `arn:aws:iam::${accountId}:root`,
  properties: undefined,
});
/** Below the limit of one decision, with the policies of the subject. */
export const shortResource = { type: 'thing', id: LONG_RESOURCE.slice(0, 800), properties: { policy: resourcePolicy } };

/** Whether the subject may pass a role to the calling service. */
export const passRole = ({ prepared }: FullAccount, whose: ReturnType<typeof subject>) => ({
  subject: whose,
  roleArn: prepared.serviceRoleArn,
  associatedResourceArn: prepared.newResourceArn(),
  request: undefined,
  instanceProfileArn: undefined,
});

/** Allows everybody, so that a search finds many. */
export const openPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
});
