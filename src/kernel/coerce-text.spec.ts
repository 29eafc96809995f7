import { z } from 'zod';
import { coerceText } from './coerce-text.js';

const schema = z.strictObject({
  maxItems: z.number().optional(),
  onlyAttached: z.boolean().default(false),
  names: z.array(z.string()).optional(),
  text: z.string(),
});

it.each([
  [{ maxItems: '10' }, { maxItems: 10 }],
  [{ onlyAttached: 'true' }, { onlyAttached: true }],
  [{ onlyAttached: 'False' }, { onlyAttached: false }],
  [{ names: 'one' }, { names: ['one'] }],
  [{ names: ['one', 'two'] }, { names: ['one', 'two'] }],
  [{ text: '10' }, { text: '10' }],
])('%j becomes %j', (text, value) => expect(coerceText(schema, text)).toEqual(value));

it.each([
  [{ maxItems: 'ten' }],
  [{ maxItems: '1e3' }],
  [{ maxItems: '' }],
  [{ onlyAttached: '1' }],
  [{ unknown: 'true' }],
])('%j stays, to be refused by the schema', (text) => {
  expect(coerceText(schema, text)).toEqual(text);
  expect(schema.safeParse({ text: 'x', ...(coerceText(schema, text) as object) }).success).toBe(false);
});
