import { z } from 'zod';
import { type PolicyEncoding, policyMarkerOf } from '../../kernel/policy-document.schema.js';
import { isStorable } from '../../kernel/storable-text.js';
import { unwrap } from '../../kernel/zod-shape.js';

type Conversion = (value: unknown) => unknown;

/**
 * Converts an input whose policy documents are objects to one whose documents are text, as the operation expects.
 * Computed once per operation.
 *
 * @returns undefined if the input has no policy documents
 */
export function documentsToText(input: z.ZodType): Conversion | undefined {
  return conversionOf(input, () => toText);
}

/** Converts an output with documents as text to one with objects; the reverse of `documentsToText`. */
export function documentsToObjects(output: z.ZodType): Conversion | undefined {
  return conversionOf(output, (encoding) => (value) => toObject(value, encoding));
}

function conversionOf(schema: z.ZodType, ofDocument: (encoding: PolicyEncoding) => Conversion): Conversion | undefined {
  const wanted = unwrap(schema);
  const marker = policyMarkerOf(wanted);
  if (marker) return ofDocument(marker.policyDocument);
  if (wanted instanceof z.ZodArray) {
    const ofItem = conversionOf(wanted.element as z.ZodType, ofDocument);
    return ofItem && ((value) => (Array.isArray(value) ? value.map(ofItem) : value));
  }
  if (!(wanted instanceof z.ZodObject)) return undefined;
  const members = Object.entries(wanted.shape as Record<string, z.ZodType>).flatMap(([name, member]) => {
    const ofMember = conversionOf(member, ofDocument);
    return ofMember ? [[name, ofMember] as const] : [];
  });
  if (members.length === 0) return undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null) return value;
    const converted: Record<string, unknown> = { ...value };
    for (const [name, ofMember] of members) {
      if (Object.hasOwn(converted, name)) converted[name] = ofMember(converted[name]);
    }
    return converted;
  };
}

/**
 * An object with text that cannot be stored is left unchanged, so that validation can name the location; in text it
 * would be escaped. Characters that a document cannot contain (`policyDocument`) are escaped, which is equivalent.
 */
function toText(value: unknown): unknown {
  const isDocument = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isDocument || !isStorable(value)) return value;
  return JSON.stringify(value).replace(
    /[^\u0020-\u00ff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Documents were parsed before they were stored; text that is not valid JSON remains text. */
function toObject(value: unknown, encoding: PolicyEncoding): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(encoding === 'percent' ? decodeURIComponent(value) : value);
  } catch {
    return value;
  }
}
