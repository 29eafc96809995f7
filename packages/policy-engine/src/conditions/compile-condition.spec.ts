import { compileCondition } from './compile-condition.js';
import { conditionContext } from './condition-context.js';

type Value = string | readonly string[];

/** Evaluates one condition in an Allow; if `actual` is undefined, the key is absent. */
function holds(operator: string, expected: Value, actual: Value | undefined, isAllow = true): boolean {
  const values = typeof expected === 'string' ? [expected] : expected;
  const condition = compileCondition({ operator, key: 'Test:Key', values }, isAllow, true);
  return condition.holds(conditionContext([['test:KEY', actual]]));
}

describe('operators on one value', () => {
  it.each<[string, Value, string, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', '', '', true],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', ['a', 'b', 'c', 'd', 'e'], 'e', true],
    ['StringEquals', ['a', 'b', 'c', 'd', 'e'], 'f', false],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b', 'c', 'd', 'e'], 'f', true],
    ['StringEqualsIgnoreCase', 'Straße', 'sTRAße', true],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringLike', 'a*?c', 'aXXc', true],
    ['StringLike', 'a*', 'Ab', false],
    ['StringLike', '${*}a', '*a', true],
    ['StringLike', '${*}a', 'ba', false],
    ['StringNotLike', 'a*', 'ab', false],
    ['NumericEquals', '5', '5.0', true],
    ['NumericEquals', '5', 'five', false],
    ['NumericEquals', '16', '0x10', false],
    ['NumericNotEquals', '5', '6', true],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '-1', '0', true],
    ['NumericGreaterThanEquals', '1e3', '1000', true],
    ['DateEquals', '2024-01-01T00:00:00Z', '1704067200', true],
    ['DateEquals', '2024-01-01', '2024-01-01T01:00:00+01:00', true],
    ['DateNotEquals', '2024-01-01', '2024-01-02', true],
    ['DateLessThan', '2024-01-01T00:00:00Z', '2023-12-31T23:59:59.999Z', true],
    ['DateLessThanEquals', '2024-01-01', '2024-01-01', true],
    ['DateGreaterThan', '2024-01-01', '2024-01-01', false],
    ['DateGreaterThanEquals', '2024-01-01', 'soon', false],
    ['Bool', 'true', 'True', true],
    ['Bool', 'false', 'true', false],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
    ['BinaryEquals', 'QmluYXJ5', 'qmluYXJ5', false],
    ['IpAddress', '10.0.0.0/8', '10.255.0.1', true],
    ['IpAddress', ['10.0.0.0/8', '192.168.1.1'], '192.168.1.1', true],
    ['IpAddress', '10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['IpAddress', '2001:db8::/32', '2001:db8:1::1', true],
    ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
    ['IpAddress', '10.0.0.0/8', 'elsewhere', false],
    ['NotIpAddress', ['10.0.0.0/8', '2001:db8::/32'], '11.0.0.1', true],
    ['NotIpAddress', '10.0.0.0/8', '10.0.0.1', false],
    ['ArnEquals', 'arn:aws:s3:::b*', 'arn:aws:s3:::bucket', true],
    ['ArnLike', 'arn:aws:*:*:*:x', 'arn:aws:s3:eu:1:x', true],
    ['ArnLike', 'arn:aws:*:x', 'arn:aws:s3:eu:1:x', false],
    ['ArnLike', 'arn:aws:s3:*:1:x', 'arn:aws:s3:eu:9:1:x', false],
    ['ArnLike', 'arn:aws:sns:*:1:t?', 'arn:aws:sns:eu:1:t1', true],
    ['ArnLike', '*', 'arn:aws:s3:eu:1:x', true],
    ['ArnLike', '*', 'no arn', false],
    ['ArnEquals', 'arn:aws:s3:::a', 'arn:aws:s3:::A', false],
    ['ArnNotEquals', 'arn:aws:s3:::a', 'arn:aws:s3:::b', true],
    ['ArnNotLike', 'arn:aws:s3:::*', 'arn:aws:s3:::b', false],
  ])('%s %j on %j is %j', (operator, expected, actual, result) => {
    expect(holds(operator, expected, actual)).toBe(result);
  });
});

describe('an absent key', () => {
  it.each([
    ['StringEquals', 'a', false],
    ['StringNotEquals', 'a', true],
    ['StringNotLike', 'a', true],
    ['NumericNotEquals', '1', true],
    ['DateNotEquals', '2024-01-01', true],
    ['NotIpAddress', '10.0.0.0/8', true],
    ['ArnNotLike', 'arn:aws:s3:::*', true],
    ['Bool', 'false', false],
    ['StringEqualsIfExists', 'a', true],
    ['StringNotEqualsIfExists', 'a', true],
    ['BoolIfExists', 'false', true],
    ['ForAllValues:StringEquals', 'a', true],
    ['ForAnyValue:StringEquals', 'a', false],
    ['ForAnyValue:StringNotEquals', 'a', false],
    ['ForAnyValue:StringEqualsIfExists', 'a', true],
    ['Null', 'true', true],
    ['Null', 'false', false],
  ])('%s %j is %j', (operator, expected, result) => {
    expect(holds(operator, expected, undefined)).toBe(result);
    expect(holds(operator, expected, [])).toBe(result);
  });

  it('is not a key with an empty value', () => {
    expect(holds('Null', 'false', '')).toBe(true);
    expect(holds('StringEqualsIfExists', 'a', '')).toBe(false);
  });
});

describe('several values in the request', () => {
  it.each<[string, Value, Value, boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', 'a', '', true],
    ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'd'], true],
    ['ForAllValues:StringNotEquals', ['a', 'b'], ['c', 'a'], false],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'b'], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['c', 'd'], false],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'c'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b'], false],
    ['ForAnyValue:StringLike', 'x*', 'xy', true],
    ['StringEquals', 'a', ['a'], true],
  ])('%s %j on %j is %j', (operator, expected, actual, result) => {
    expect(holds(operator, expected, actual)).toBe(result);
  });

  it('without a set operator must all satisfy an Allow, while one is enough for a Deny', () => {
    expect(holds('StringEquals', 'a', ['a', 'b'])).toBe(false);
    expect(holds('StringEquals', 'a', ['a', 'b'], false)).toBe(true);
    expect(holds('StringNotEquals', 'a', ['a', 'b'])).toBe(false);
    expect(holds('StringNotEquals', 'a', ['a', 'b'], false)).toBe(true);
  });
});

describe('what cannot be understood', () => {
  it.each([
    ['an unknown operator', 'StringMatches', 'a'],
    ['an unknown negated operator', 'StringNotMatches', 'b'],
    ['an unknown operator with IfExists', 'StringMatchesIfExists', 'a'],
    ['a set prefix that does not exist', 'ForNoValue:StringEquals', 'a'],
    ['a name that objects have', 'constructor', 'a'],
    ['a value of the wrong type', 'NumericNotEquals', 'many'],
    ['a broken variable', 'StringNotEquals', '${'],
  ])('%s never satisfies an Allow and never spares from a Deny', (_, operator, expected) => {
    for (const actual of ['a', undefined, ['a', 'b']]) {
      expect(holds(operator, expected, actual, true)).toBe(false);
      expect(holds(operator, expected, actual, false)).toBe(true);
    }
  });
});

describe('policy variables', () => {
  function asks(
    operator: string,
    values: readonly string[],
    entries: readonly (readonly [string, Value])[],
    isAllow = true,
  ) {
    return compileCondition({ operator, key: 'a:b', values }, isAllow, true).holds(conditionContext(entries));
  }

  it('take the value of the request, as text', () => {
    expect(
      asks(
        'StringEquals',
        ['${aws:UserName}'],
        [
          ['a:b', 'ana'],
          ['aws:username', 'ana'],
        ],
      ),
    ).toBe(true);
    expect(
      asks(
        'StringLike',
        ['${aws:username}/*'],
        [
          ['a:b', 'anna/1'],
          ['aws:username', 'a*a'],
        ],
      ),
    ).toBe(false);
    expect(
      asks(
        'ArnLike',
        ['${aws:PrincipalArn}'],
        [
          ['a:b', 'arn:aws:s3:::x'],
          ['aws:PrincipalArn', 'arn:aws:s3:::x'],
        ],
      ),
    ).toBe(true);
  });

  it('without a value match nothing, so that a negated operator holds', () => {
    const request: [string, string][] = [['a:b', 'x']];
    expect(asks('StringEquals', ['${aws:username}'], request)).toBe(false);
    expect(asks('StringEquals', ['${aws:username}', 'x'], request)).toBe(true);
    expect(asks('StringNotEquals', ['${aws:username}'], request)).toBe(true);
    expect(asks('StringNotEquals', ['${aws:username}'], request, false)).toBe(true);
    expect(asks('StringNotEquals', ['${aws:username}', 'x'], request)).toBe(false);
  });

  it('fall back to their default', () => {
    expect(asks('StringEquals', ["${aws:username, 'x'}"], [['a:b', 'x']])).toBe(true);
  });
});
