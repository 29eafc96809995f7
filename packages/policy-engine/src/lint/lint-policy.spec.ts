import { lintPolicy, parsePolicy, type PolicyKind } from '../index.js';

const catalogue = { actions: new Map([['orders', new Set(['getorder', 'putorder'])]]) };
const base = { Effect: 'Allow', Action: 'orders:GetOrder', Resource: 'arn:aws:orders:*:*:order/1' };

function findings(statements: readonly object[], kind: PolicyKind = 'identity', version = '2012-10-17'): string[] {
  const document = parsePolicy(JSON.stringify({ Version: version, Statement: statements }), kind);
  return lintPolicy(document, catalogue).map(({ code, path }) => `${code} ${path}`);
}

function condition(...blocks: object[]): string[] {
  return findings([{ ...base, Condition: Object.assign({}, ...blocks) as object }]);
}

describe('lintPolicy', () => {
  it('has nothing to say of a plain statement', () => {
    expect(findings([base])).toEqual([]);
  });

  it('explains itself', () => {
    const document = parsePolicy(
      JSON.stringify({ Statement: { ...base, Action: undefined, NotAction: 'a:b' } }),
      'identity',
    );
    expect(lintPolicy(document)).toMatchObject([
      { code: 'ALLOW_WITH_NOT_ACTION', severity: 'securityWarning', explanation: expect.stringContaining('use Deny') },
    ]);
  });

  it('knows the actions of registered services', () => {
    const actions = ['orders:getorder', 'orders:DropOrder', 'orders:Put*', 'orders:Cancel*', 'users:Anything'];
    expect(findings([{ ...base, Action: actions }])).toEqual([
      'INVALID_ACTION Statement[0].Action[1]',
      'INVALID_ACTION Statement[0].Action[3]',
    ]);
  });

  it('warns of ARNs with missing fields, which match everything', () => {
    const Resource = ['*', 'arn:aws:orders', 'arn:aws:orders:eu*', 'arn:aws:orders:::x'];
    expect(findings([{ ...base, Resource }])).toEqual(
      expect.arrayContaining([
        'MISSING_ARN_FIELD Statement[0].Resource[1]',
        'MISSING_ARN_FIELD Statement[0].Resource[2]',
      ]),
    );
    const [first] = lintPolicy(
      parsePolicy(JSON.stringify({ Statement: { ...base, Resource: 'arn:aws:orders' } }), 'identity'),
    );
    expect(first?.explanation).toContain('arn:aws:orders:*:*:*');
  });

  it('warns of variables whose lack of a value widens an Allow', () => {
    const tag = '${aws:PrincipalTag/team}';
    expect(condition({ StringNotEquals: { 'aws:ResourceTag/team': tag } })).toEqual([
      'NEGATED_VARIABLE_WITHOUT_DEFAULT Statement[0].Condition.StringNotEquals.aws:ResourceTag/team',
    ]);
    expect(condition({ StringNotEquals: { 'aws:ResourceTag/team': "${aws:PrincipalTag/team, 'none'}" } })).toEqual([]);
    expect(condition({ StringEquals: { 'aws:ResourceTag/team': tag } })).toEqual([]);
    expect(findings([{ ...base, Effect: 'Deny', Condition: { StringNotEquals: { 'a:b': tag } } }])).toEqual([]);
    expect(findings([{ ...base, Resource: undefined, NotResource: `arn:aws:orders:::${tag}` }])).toContain(
      'NEGATED_VARIABLE_WITHOUT_DEFAULT Statement[0].NotResource',
    );
  });

  it('claims of no ARN with missing fields that another pattern covers it', () => {
    const Resource = ['arn:aws:orders', 'arn:aws:orders:*:order', 'arn:aws:orders:*:*:order/1'];
    const redundant = findings([{ ...base, Resource }]);
    expect(redundant.filter((finding) => finding.startsWith('REDUNDANT'))).toEqual([]);
  });

  it('warns of an Allow that lists what it does not allow', () => {
    expect(findings([{ ...base, Resource: undefined, NotResource: 'arn:aws:orders:*:*:x' }])).toEqual([
      'ALLOW_WITH_NOT_RESOURCE Statement[0].NotResource',
    ]);
    expect(findings([{ ...base, Effect: 'Deny', Resource: undefined, NotResource: 'arn:aws:orders:*:*:x' }])).toEqual(
      [],
    );
  });

  it('warns of passing every role', () => {
    const star = { ...base, Resource: ['*'] };
    expect(findings([{ ...star, Action: 'iam:passrole' }])).toEqual([
      'PASS_ROLE_WITH_STAR_IN_RESOURCE Statement[0].Resource[0]',
    ]);
    expect(findings([{ ...star, Action: 'iam:*' }])).toEqual([
      'PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE Statement[0].Resource[0]',
      'CREDENTIALS_OF_EVERY_USER Statement[0].Resource[0]',
    ]);
    expect(findings([{ ...star, Effect: 'Deny', Action: 'iam:*' }])).toEqual([]);
    expect(findings([{ ...star, Action: 'iam:PassRole', Resource: 'arn:aws:iam::*:role/x' }])).toEqual([]);
  });

  it.each([
    'iam:UpdateLoginProfile',
    'iam:CreateAccessKey',
    'iam:Enable*',
    'gatehouse:RegisterSecurityKey',
    'gatehouse:*',
  ])('warns of %s on every user', (action) => {
    const on = (Resource: string, more = {}) => findings([{ ...base, Action: action, Resource, ...more }]);
    const found = ['CREDENTIALS_OF_EVERY_USER Statement[0].Resource[0]'];
    for (const resource of ['*', 'arn:aws:iam::123456789012:user/*', 'arn:aws:iam::*:*']) {
      expect(on(resource)).toEqual(found);
    }
    expect(on('arn:aws:iam::123456789012:user/dev/*')).toEqual([]);
    expect(on('arn:aws:iam::123456789012:user/${aws:username}')).toEqual([]);
    expect(on('*', { Effect: 'Deny' })).toEqual([]);
  });

  it('says nothing about credentials in a policy of full access', () => {
    expect(findings([{ ...base, Action: '*', Resource: '*' }]).join()).not.toContain('CREDENTIALS_OF_EVERY_USER');
  });

  it('warns of a statement for everyone', () => {
    const open = { ...base, Principal: { AWS: '*' } };
    expect(findings([open], 'resource')).toEqual(['ALLOW_WITH_STAR_PRINCIPAL Statement[0].Principal']);
    expect(findings([{ ...open, Condition: { Bool: { 'a:b': 'true' } } }], 'resource')).toEqual([]);
  });

  it('warns of ForAllValues when the key may be absent', () => {
    const all = { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } };
    expect(condition(all)).toEqual([
      'FOR_ALL_VALUES_WITHOUT_NULL_CHECK Statement[0].Condition.ForAllValues:StringEquals.aws:TagKeys',
    ]);
    expect(condition(all, { Null: { 'AWS:TagKeys': 'false' } })).toEqual([]);
  });

  it('points out variables in a version that has none', () => {
    const own = { ...base, Resource: 'arn:aws:orders:*:*:${aws:username}' };
    expect(findings([own], 'identity', '2008-10-17')).toEqual(['VARIABLE_WITHOUT_VERSION Statement[0]']);
    expect(findings([own])).toEqual([]);
  });

  it.each([
    ['a number below and above', { NumericLessThan: { 'a:b': '5' }, NumericGreaterThan: { 'a:b': '10' } }],
    ['a value that is and is not', { StringEquals: { 'a:b': 'x' }, StringNotEquals: { 'A:B': ['x', 'y'] } }],
    ['a value outside the pattern', { StringEquals: { 'a:b': ['x', 'y'] }, StringLike: { 'a:b': 'z*' } }],
    ['an absent key with a value', { Null: { 'a:b': 'true' }, Bool: { 'a:b': 'false' } }],
    ['a date before and after', { DateLessThan: { 'a:b': '2024-01-01' }, DateGreaterThan: { 'a:b': '2024-06-01' } }],
    ['a key present and absent', { Null: { 'a:b': 'true' }, StringEquals: { 'a:b': 'x' } }],
  ])('finds %s unreachable', (_, block) => {
    expect(condition(block)).toEqual(['UNREACHABLE_CONDITION Statement[0].Condition']);
  });

  it.each([
    ['a range', { NumericLessThan: { 'a:b': '10' }, NumericGreaterThan: { 'a:b': '9' } }],
    ['a span of time', { DateLessThan: { 'a:b': '2024-06-01' }, DateGreaterThan: { 'a:b': '2024-01-01' } }],
    ['different keys', { StringEquals: { 'a:b': 'x' }, StringNotEquals: { 'a:c': 'x' } }],
    ['one of several values', { StringEquals: { 'a:b': ['x', 'y'] }, StringNotEquals: { 'a:b': 'x' } }],
    ['what may be absent', { StringEqualsIfExists: { 'a:b': 'x' }, StringNotEquals: { 'a:b': 'x' } }],
    ['patterns', { StringLike: { 'a:b': 'x*' }, StringNotLike: { 'a:b': 'xy*' } }],
    ['variables', { StringEquals: { 'a:b': '${a:c}' }, StringNotEquals: { 'a:b': "${a:c, 'd'}" } }],
  ])('finds %s reachable', (_, block) => {
    expect(condition(block)).toEqual([]);
  });

  it('finds patterns that others cover', () => {
    const actions = ['orders:GetOrder', 'orders:Get*', 'ORDERS:getorder', 'orders:P?tOrder', 'orders:PutOrder'];
    expect(
      findings([{ ...base, Action: actions, Resource: ['arn:aws:orders:*:*:a/*', 'arn:aws:orders:eu:1:a/b*'] }]),
    ).toEqual([
      'REDUNDANT_ACTION Statement[0].Action[0]',
      'REDUNDANT_ACTION Statement[0].Action[2]',
      'REDUNDANT_RESOURCE Statement[0].Resource[1]',
    ]);
  });

  it('finds statements that others cover, and keeps the first of two equals', () => {
    const wide = { ...base, Action: 'orders:*', Resource: '*' };
    expect(findings([base, wide, wide])).toEqual([
      'REDUNDANT_STATEMENT Statement[0]',
      'REDUNDANT_STATEMENT Statement[2]',
    ]);
    expect(findings([base, { ...wide, Effect: 'Deny' }])).toEqual([]);
    expect(findings([base, { ...wide, Condition: { Bool: { 'a:b': 'true' } } }])).toEqual([]);
  });

  it('takes more exceptions for the narrower statement', () => {
    const denyAllBut = (...actions: string[]) => ({ ...base, Effect: 'Deny', Action: undefined, NotAction: actions });
    expect(findings([denyAllBut('a:b', 'a:c'), denyAllBut('a:b')])).toEqual(['REDUNDANT_STATEMENT Statement[0]']);
  });
});
