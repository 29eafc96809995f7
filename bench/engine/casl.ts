import { createMongoAbility, type MongoAbility, type RawRuleOf, subject } from '@casl/ability';
import { type Candidate, prepared } from './candidate.js';

/** In CASL the last matching rule takes precedence; with the Denies last, they do so as in IAM. */
export const casl: Candidate = {
  name: 'CASL',
  prepare: ({ policies, asks }) => {
    const rules = [...policies.flat()]
      .sort((left, right) => Number(right.isAllow) - Number(left.isAllow))
      .map(({ isAllow, action, prefix, department }) => ({
        action,
        subject: 'Thing',
        inverted: !isAllow,
        conditions: {
          resource: { $regex: `^${prefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}` },
          ...(department === undefined ? {} : { department }),
        },
      }));
    const ability = createMongoAbility(rules as unknown as RawRuleOf<MongoAbility>[]);
    const questions = prepared(asks, ({ action, resource, department }) => ({
      action,
      thing: subject('Thing', { resource, department }),
    }));
    return (index) => ability.can(questions[index]!.action, questions[index]!.thing);
  },
};
