import { displayText, displayTextOfLines } from './display-text.schema.js';

it.each(['Harbour Books', 'متجر', '日本語 – ok', 'emoji 👩‍🔧', '=1+2'])('takes %j', (text) => {
  expect(displayText(64).safeParse(text).success).toBe(true);
  expect(displayTextOfLines(64).safeParse(text).success).toBe(true);
});

it.each(['admin\u202Egnp.exe', '\u2066x', 'a\u200Fb', '\u061Cx', 'a\0b', 'a\u0085b', 'a\u001bb'])(
  'refuses %j',
  (text) => {
    expect(displayText(64).safeParse(text).success).toBe(false);
    expect(displayTextOfLines(64).safeParse(text).success).toBe(false);
  },
);

it('takes line breaks in a text of several lines alone', () => {
  expect(displayText(64).safeParse('a\nb').success).toBe(false);
  expect(displayTextOfLines(64).safeParse('a\r\n\tb').success).toBe(true);
  expect(displayTextOfLines(64).safeParse('').success).toBe(true);
});
