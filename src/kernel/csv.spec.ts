import { csvField } from './csv.js';

it.each([
  ['ana', 'ana'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['arn:aws:iam::111122223333:user/=1+2', 'arn:aws:iam::111122223333:user/=1+2'],
  ['2026-11-28T00:00:00Z', '2026-11-28T00:00:00Z'],
])('leaves what is no formula as it is: %j', (text, field) => {
  expect(csvField(text)).toBe(field);
});

it.each(['=1+2', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://evil.test","x")'])(
  'makes text of what a spreadsheet would compute: %j',
  (text) => {
    expect(csvField(text)).toMatch(/^"?'/);
  },
);
