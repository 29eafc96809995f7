import { readJson, type JsonNode } from './json-reader.js';
import { PolicySyntaxError } from './policy-syntax-error.js';

function plain(node: JsonNode): unknown {
  switch (node.type) {
    case 'object':
      return Object.fromEntries([...node.members].map(([key, value]) => [key, plain(value)]));
    case 'array':
      return node.items.map(plain);
    case 'string':
      return node.text;
    case 'number':
    case 'boolean':
    case 'null':
      return JSON.parse(node.text);
  }
}

describe('readJson', () => {
  it.each([
    '{}',
    '[]',
    ' { "a" : [ 1 , -2.5e+3 , true , false , null , "x" ] } ',
    '{"a":{"b":{"c":[[["d"]]]}}}',
    String.raw`"\" \\ \/ \b \f \n \r \t é 😀"`,
    '"é 😀"',
    '\r\n\t"x"\n',
    '0',
  ])('reads %j as JSON.parse does', (text) => {
    expect(plain(readJson(text))).toEqual(JSON.parse(text));
  });

  it.each([
    ['nothing', ''],
    ['only white space', ' \n'],
    ['something after the value', '{} {}'],
    ['a trailing comma in an object', '{"a":1,}'],
    ['a trailing comma in an array', '[1,]'],
    ['a missing comma', '{"a":1 "b":2}'],
    ['a missing colon', '{"a" 1}'],
    ['a key without quotes', '{a:1}'],
    ['single quotes', "{'a':1}"],
    ['a comment', '{} // no'],
    ['a byte order mark', '\ufeff{}'],
    ['a non-breaking space', '\u00a0{}'],
    ['an unfinished string', '"abc'],
    ['an unfinished object', '{"a":1'],
    ['an unfinished array', '[1'],
    ['a raw line break in a string', '"a\nb"'],
    ['a raw NUL in a string', '"a\u0000b"'],
    ['an escaped NUL', String.raw`"\u0000"`],
    ['a lone surrogate', '"\ud800"'],
    ['an escaped lone surrogate', String.raw`"\udc00"`],
    ['an unknown escape', String.raw`"\x41"`],
    ['a short escape', String.raw`"\u12"`],
    ['a leading zero', '01'],
    ['a bare fraction', '.5'],
    ['NaN', 'NaN'],
    ['a word cut short', 'tru'],
    ['words run together', 'truefalse'],
  ])('refuses %s', (_, text) => {
    expect(() => readJson(text)).toThrow(PolicySyntaxError);
  });

  it('refuses a repeated key, even when written with escapes, and says where', () => {
    const error = caught(String.raw`{"Statement":[{"Effect":"Allow","Ef\u0066ect":"Deny"}]}`);
    expect(error).toMatchObject({ message: 'Syntax errors in policy.', path: 'Statement[0].Effect' });
  });

  it('keeps keys that have a meaning elsewhere in JavaScript', () => {
    const node = readJson('{"__proto__":1,"constructor":2}');
    expect(node.type === 'object' && [...node.members.keys()]).toEqual(['__proto__', 'constructor']);
  });

  it('refuses deep nesting before it can exhaust the stack', () => {
    expect(() => readJson('['.repeat(100_000))).toThrow(PolicySyntaxError);
    expect(() => readJson('{"a":'.repeat(100_000))).toThrow(PolicySyntaxError);
  });

  it('knows where values begin and end', () => {
    const node = readJson('  {"a": [1, "b"]} ');
    expect(node).toMatchObject({ start: 2, end: 17 });
    expect(node.type === 'object' && node.members.get('a')).toMatchObject({ start: 8, end: 16 });
  });
});

function caught(text: string): unknown {
  try {
    readJson(text);
  } catch (error) {
    return error;
  }
  return undefined;
}
