import { full, iamArn } from '../full-account.js';
import { manyPatterns } from '../long-policies.js';
import type { FullAccount } from './worst-input.js';

export const times = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, i) => make(i));

const LONG_RESOURCE = `arn:aws:budget:aa::${'ab'.repeat(1000)}`;
/** Of the largest policy of a resource. */
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
