import { requireStorableText } from './storable-text.js';

const message = 'Member must not contain U+0000 or unpaired surrogates, and must not be named __proto__';

it.each([
  ['a value', { userName: 'a\0b' }, 'userName'],
  ['a name', { 'a\0b': 1 }, 'a\uFFFDb'],
  ['a list', { tags: [{ key: 'a' }, { key: '\0' }] }, 'tags.1.key'],
  ['half a surrogate pair', { path: '/\uD83D/' }, 'path'],
  ['half a pair in a name', { path: { '\uDE00': '' } }, 'path.\uFFFD'],
  ['a name that objects lose', JSON.parse('{"tags":{"__proto__":1}}') as unknown, 'tags.__proto__'],
])('names the member with what cannot be stored: %s', (_, input, path) => {
  const issues = [{ path, message }];
  expect(() => requireStorableText(input)).toThrow(
    expect.objectContaining({ code: 'ValidationError', details: { issues } }),
  );
});

it('takes all other text', () => {
  const input = { text: '😀\u0001\uFFFF', none: null, list: [1, true, undefined], bytes: new Uint8Array(1) };
  expect(() => requireStorableText(input)).not.toThrow();
});
