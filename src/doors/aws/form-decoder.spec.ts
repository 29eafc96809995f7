import { z } from 'zod';
import { ApiError } from '../../kernel/errors/errors.js';
import { decodeForm } from './form-decoder.js';

const schema = z.strictObject({
  userName: z.string(),
  maxItems: z.number().optional(),
  mfaDevices: z.array(z.string()).optional(),
  tags: z.array(z.strictObject({ key: z.string(), value: z.string() })).optional(),
  details: z.record(z.string(), z.string()).optional(),
});

const decode = (text: string) => decodeForm(new URLSearchParams(text), schema);

it.each([
  ['Action=X&Version=Y&UserName=ana', { userName: 'ana' }],
  ['UserName=a%20b%26c&MaxItems=5', { userName: 'a b&c', maxItems: 5 }],
  ['MFADevices.member.1=a&MFADevices.member.2=b', { mfaDevices: ['a', 'b'] }],
  [
    'Tags.member.2.Key=k2&Tags.member.2.Value=v2&Tags.member.1.Key=k1&Tags.member.1.Value=',
    {
      tags: [
        { key: 'k1', value: '' },
        { key: 'k2', value: 'v2' },
      ],
    },
  ],
  ['Tags=', { tags: [] }],
  ['Details.entry.1.key=Users&Details.entry.1.value=3', { details: { Users: '3' } }],
])('reads %s', (text, input) => expect(decode(text)).toEqual(input));

it('ignores what a newer client may send, at every depth', () => {
  expect(decode('UserName=ana&Surprise=1&Timestamp=2026-11-28T00%3A00%3A00Z&Options.member.1.Name=x')).toEqual({
    userName: 'ana',
  });
  expect(decode('Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.1.Scope=s')).toEqual({
    tags: [{ key: 'k', value: 'v' }],
  });
});

it.each(['username=ana', 'USERNAME=ana', 'UserName=ana&maxitems=1', 'Tags.member.1.KEY=k&Tags.member.1.Value=v'])(
  'keeps a misspelt %s, for the schema to refuse',
  (text) => expect(schema.safeParse(decode(text)).success).toBe(false),
);

it('does not let a parameter reach a prototype', () => {
  const decoded = decode('__proto__.Polluted=yes&constructor.prototype.Polluted=yes&UserName=ana');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
  expect(decoded).toEqual({ userName: 'ana' });
});

it.each([
  ['the same parameter twice', 'UserName=a&UserName=b'],
  ['a value that is also a structure', 'UserName=a&UserName.member.1=b'],
  ['a list with a gap', 'MFADevices.member.1=a&MFADevices.member.3=b'],
  ['a list that starts at 0', 'MFADevices.member.0=a'],
  ['a list without member', 'MFADevices.1=a'],
  ['a map entry without key', 'Details.entry.1.value=3'],
  ['absurd depth', `${'A.'.repeat(20)}B=1`],
  ['absurdly many parameters', Array.from({ length: 2001 }, (_, index) => `P${index}=1`).join('&')],
])('refuses %s', (_, text) => {
  expect(() => decode(text)).toThrow(expect.objectContaining({ code: 'MalformedRequest' }) as ApiError);
});
