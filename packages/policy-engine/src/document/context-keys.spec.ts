import { contextKeysOf } from './context-keys.js';
import { parsePolicy } from './parse-policy.js';

function keys(version: string, statement: object): readonly string[] {
  const base = { Effect: 'Allow', Action: '*', Resource: '*' };
  return contextKeysOf(
    parsePolicy(JSON.stringify({ Version: version, Statement: { ...base, ...statement } }), 'identity'),
  );
}

describe('contextKeysOf', () => {
  const statement = {
    Resource: ['arn:aws:a:::${aws:username}/${*}', "arn:aws:a:::${ AWS:UserName , 'x'}"],
    Condition: {
      StringLike: { 'aws:PrincipalTag/Team': '${aws:ResourceTag/Team}*' },
      'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] },
      Bool: { 'AWS:principaltag/team': 'true' },
    },
  };

  it('lists keys of conditions and variables once each, as first written', () => {
    expect(keys('2012-10-17', statement)).toEqual([
      'aws:username',
      'aws:PrincipalTag/Team',
      'aws:ResourceTag/Team',
      'aws:TagKeys',
    ]);
  });

  it('knows that old versions have no variables', () => {
    expect(keys('2008-10-17', statement)).toEqual(['aws:PrincipalTag/Team', 'aws:TagKeys']);
  });
});
