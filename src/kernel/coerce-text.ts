import { z } from 'zod';
import { memberOf, unwrap } from './zod-shape.js';

/**
 * Query strings and form parameters are text. Converts it to the numbers, booleans and lists that the schema expects.
 * Text that cannot be converted is left unchanged, so that the schema refuses it with a proper message.
 */
export function coerceText(schema: z.ZodType, value: unknown): unknown {
  const wanted = unwrap(schema);
  if (wanted instanceof z.ZodArray) {
    const items = Array.isArray(value) ? (value as unknown[]) : [value];
    return items.map((item) => coerceText(wanted.element as z.ZodType, item));
  }
  if (wanted instanceof z.ZodObject && typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const memberSchema = memberOf(wanted, name);
        return [name, memberSchema ? coerceText(memberSchema, member) : member];
      }),
    );
  }
  if (typeof value !== 'string') return value;
  if (wanted instanceof z.ZodNumber && /^-?\d{1,15}(?:\.\d{1,10})?$/.test(value)) return Number(value);
  if (wanted instanceof z.ZodBoolean && /^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  return value;
}
