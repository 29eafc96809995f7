import fc from 'fast-check';
import { compileGlob } from './glob.js';
import { isPattern, parseTemplate } from './template.js';

function glob(pattern: string) {
  const tokens = parseTemplate(pattern, { variables: false, wildcards: true });
  if (tokens === undefined || !isPattern(tokens)) throw new Error('The pattern has variables.');
  return compileGlob(tokens);
}

/** The definition, slow: tries every length for every `*`. */
function matchesByDefinition(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) {
    const rest = pattern.slice(1);
    return Array.from({ length: text.length + 1 }, (_, at) => at).some((at) =>
      matchesByDefinition(rest, text.slice(at)),
    );
  }
  const fits = text !== '' && (pattern.startsWith('?') || pattern[0] === text[0]);
  return fits && matchesByDefinition(pattern.slice(1), text.slice(1));
}

describe('compileGlob', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything: at / all', true],
    ['a', 'A', false],
    ['a*', 'a', true],
    ['*a', 'ba', true],
    ['a*a', 'a', false],
    ['a*b*c', 'aXbXc', true],
    ['a*bc*c', 'abc', false],
    ['a**b', 'ab', true],
    ['?', '', false],
    ['a?c', 'abc', true],
    ['*?*', '', false],
    ['.*', 'x', false],
    ['[a-z]+', '[a-z]+', true],
    ['a\\*', 'a\\b', true],
    ['?', '😀', true],
    ['??', '😀', false],
    ['*?b😀', 'a😀b😀', true],
  ])('%j on %j is %j', (pattern, text, expected) => {
    expect(glob(pattern)(text)).toBe(expected);
  });

  it('agrees with the definition', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', ':'), maxLength: 9 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 9 });
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(glob(p)(t)).toBe(matchesByDefinition(p, t));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['ten thousand wildcards', '*a'.repeat(10_000), 'a'.repeat(9_999)],
    ['ten thousand wildcards and marks', '*?a'.repeat(10_000), 'a'.repeat(9_999)],
    ['a long piece that almost fits everywhere', `*${'a'.repeat(4_000)}b*`, 'a'.repeat(8_000)],
    ['marks that almost fit everywhere', `*${'a?'.repeat(2_000)}b*`, 'a'.repeat(8_000)],
  ])('ends without going back: %s', (_, pattern, text) => {
    expect(glob(pattern)(text)).toBe(false);
  });
});
