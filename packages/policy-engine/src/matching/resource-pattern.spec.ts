import { conditionContext } from '../conditions/condition-context.js';
import { compileResourceMatcher, resourceCovers } from './compile-resource.js';

function matcher(pattern: string, variables = true) {
  const compiled = compileResourceMatcher(pattern, variables);
  if (compiled === undefined) throw new Error('The pattern is broken.');
  return compiled;
}

const nobody = conditionContext([]);
const ana = conditionContext([
  ['aws:username', 'ana'],
  ['aws:PrincipalTag/Team', 'a*b'],
  ['aws:TagKeys', ['x', 'y']],
  ['aws:PrincipalArn', 'arn:aws:iam::111122223333:user/ana'],
]);

describe('a resource pattern', () => {
  it.each([
    ['arn:aws:orders:eu:1:order/1', 'arn:aws:orders:eu:1:order/1', true],
    ['arn:aws:orders:eu:1:order/a', 'arn:aws:orders:eu:1:order/A', false],
    ['arn:aws:orders:eu:1:order/*', 'arn:aws:orders:eu:1:order/a/b:c', true],
    ['arn:aws:orders:eu:1:order/*/x', 'arn:aws:orders:eu:1:order/a:b/c/x', true],
    ['arn:aws:orders:eu:1:order/?', 'arn:aws:orders:eu:1:order/:', true],
    ['*', '*', true],
    ['arn:aws:orders:::x', '*', false],
    ['arn:*:orders:::x', '*', false],
  ])('%j on %j is %j', (pattern, resource, expected) => {
    expect(matcher(pattern).test(resource, nobody)).toBe(expected);
  });

  it('lets a * at the end of a segment reach beyond its colon', () => {
    expect(matcher('arn:aws:orders:*:1:order/2').test('arn:aws:orders:eu:west:1:order/2', nobody)).toBe(true);
    expect(matcher('arn:aws:orders:*').test('arn:aws:orders:eu:1:order/2', nobody)).toBe(true);
    expect(matcher('arn:aws:orders:eu-*:1:order/2').test('arn:aws:orders:eu-1:x:1:order/2', nobody)).toBe(true);
  });

  it('holds every other wildcard to its segment', () => {
    expect(matcher('arn:aws:orders:*-1:1:x').test('arn:aws:orders:eu-1:1:x', nobody)).toBe(true);
    expect(matcher('arn:aws:orders:*-1:1:x').test('arn:aws:orders:eu:a-1:1:x', nobody)).toBe(false);
    expect(matcher('arn:aws:orders:eu?west:1:x').test('arn:aws:orders:eu:west:1:x', nobody)).toBe(false);
    expect(matcher('arn:aws:orders:eu?:1:x').test('arn:aws:orders:eu1:1:x', nobody)).toBe(true);
  });

  it('finds a match that begins at a later colon', () => {
    expect(matcher('arn:aws:*:a*b:1:x').test('arn:aws:o:aZ:ab:1:x', nobody)).toBe(true);
  });
});

describe('a resource pattern with variables', () => {
  const own = matcher('arn:aws:orders:::user/${aws:UserName}/*');

  it('takes the value of the request', () => {
    expect(own.test('arn:aws:orders:::user/ana/1', ana)).toBe(true);
    expect(own.test('arn:aws:orders:::user/anna/1', ana)).toBe(false);
    expect(matcher('arn:aws:orders:::user/${aws:username}').test('arn:aws:orders:::user/ana', ana)).toBe(true);
    expect(matcher('arn:aws:orders:::user/${aws:username}').test('arn:aws:orders:::user/anna', ana)).toBe(false);
    expect(matcher('arn:aws:orders:::*/${aws:username}/?').test('arn:aws:orders:::a/b/ana/1', ana)).toBe(true);
  });

  it('takes a wildcard in the value for a plain character', () => {
    const pattern = matcher('arn:aws:orders:::*/${aws:PrincipalTag/Team}');
    expect(pattern.test('arn:aws:orders:::x/aXb', ana)).toBe(false);
    expect(pattern.test('arn:aws:orders:::x/a*b', ana)).toBe(true);
  });

  it('matches nothing when the key is absent or has several values', () => {
    expect(own.test('arn:aws:orders:::user//1', nobody)).toBe(false);
    expect(matcher('arn:aws:orders:::${aws:TagKeys}').test('arn:aws:orders:::x', ana)).toBe(false);
  });

  it('falls back to the default', () => {
    const pattern = matcher("arn:aws:orders:::user/${aws:username, 'no''body'}/*");
    expect(pattern.test("arn:aws:orders:::user/no'body/1", nobody)).toBe(true);
    expect(pattern.test('arn:aws:orders:::user/ana/1', ana)).toBe(true);
  });

  it('writes special characters as ${*}, ${?} and ${$}', () => {
    const pattern = matcher('arn:aws:orders:::${*}${?}${$}*');
    expect(pattern.test('arn:aws:orders:::*?$x', nobody)).toBe(true);
    expect(pattern.test('arn:aws:orders:::ab$x', nobody)).toBe(false);
  });

  it('takes ${ literally in a version without variables', () => {
    expect(matcher('arn:aws:orders:::${aws:username}', false).test('arn:aws:orders:::${aws:username}', ana)).toBe(true);
  });

  it('leaves every resource to NotResource when it matches none', () => {
    const element = { negated: true, matchers: [own] };
    expect(resourceCovers(element, 'arn:aws:orders:::x', nobody)).toBe(true);
    expect(resourceCovers(element, 'arn:aws:orders:::x', ana)).toBe(true);
    expect(resourceCovers(element, 'arn:aws:orders:::user/ana/1', ana)).toBe(false);
  });
});
