import { fillTemplate, type PolicyParameter } from './policy-template.js';

const template = JSON.stringify({
  Statement: [{ Effect: 'Allow', Action: 's3:Get', Resource: ['arn:aws:s3:::@{bucketName}/@{prefixes}', 'other'] }],
});
const bucket: PolicyParameter = { name: 'bucketName', type: 'string', values: ['mine'] };
const prefixes: PolicyParameter = { name: 'prefixes', type: 'stringList', values: ['a/*', 'b/*'] };

it('fills texts, and makes an element of each value of a list', () => {
  const { Statement } = JSON.parse(fillTemplate(template, [bucket, prefixes])) as { Statement: object[] };
  expect(Statement).toEqual([
    { Effect: 'Allow', Action: 's3:Get', Resource: ['arn:aws:s3:::mine/a/*', 'arn:aws:s3:::mine/b/*', 'other'] },
  ]);
});

it('makes a list of a single text', () => {
  expect(fillTemplate('{"Resource":"@{prefixes}"}', [prefixes])).toBe('{"Resource":["a/*","b/*"]}');
});

/** Threat: a value breaks out of its string and adds a statement, or refers to another parameter. */
it('takes values as text, whatever they hold', () => {
  const evil = { ...bucket, values: ['"}],"Effect":"Allow","x":"@{prefixes}$&'] };
  const filled = fillTemplate('{"Resource":"@{bucketName}"}', [evil]);
  expect(JSON.parse(filled)).toEqual({ Resource: evil.values[0] });
});

it.each<[string, PolicyParameter[], string]>([
  ['a missing parameter', [bucket], 'requires the parameter prefixes'],
  ['an unknown one', [bucket, prefixes, { ...bucket, name: 'other' }], 'has no parameter other'],
  ['one given twice', [bucket, bucket, prefixes], 'specified twice'],
  ['several values for a string', [{ ...bucket, values: ['a', 'b'] }, prefixes], 'must have one value'],
  ['two lists in one text', [{ ...prefixes, name: 'bucketName' }, prefixes], 'only one list'],
])('refuses %s', (_, parameters, message) => {
  expect(() => fillTemplate(template, parameters)).toThrow(message);
});

/** Threat: many list parameters turn a template of a few kilobytes into hundreds of megabytes. */
it('refuses what becomes longer than a policy document can be', () => {
  const texts = Array.from({ length: 500 }, () => '@{long}');
  const long: PolicyParameter = {
    name: 'long',
    type: 'stringList',
    values: Array.from({ length: 50 }, () => 'v'.repeat(1024)),
  };
  expect(() => fillTemplate(JSON.stringify({ Resource: texts }), [long])).toThrow('more than 131072 characters');
});
