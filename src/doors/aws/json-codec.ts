import { z } from 'zod';
import { ApiError } from '../../kernel/errors/errors.js';
import { unwrap } from '../../kernel/zod-shape.js';
import { inputMember } from './input-member.js';
import { outputForm } from './output-form.js';

/**
 * The input of an AWS JSON request with Gatehouse's names. Times are numbers of seconds there and ISO 8601 here.
 * Unknown members are ignored, see `inputMember`.
 *
 * @param body parsed JSON; undefined for none
 * @throws ApiError MalformedRequest
 */
export function decodeJson(body: unknown, schema: z.ZodObject): Record<string, unknown> {
  if (body === undefined) return {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ApiError('MalformedRequest', 'The body must be a JSON object.');
  }
  return decode(body, schema) as Record<string, unknown>;
}

function decode(value: unknown, schema: z.ZodType | undefined): unknown {
  const wanted = schema && unwrap(schema);
  if (Array.isArray(value)) {
    const element = wanted instanceof z.ZodArray ? (wanted.element as z.ZodType) : undefined;
    return value.map((item) => decode(item, element));
  }
  if (typeof value === 'number' && wanted instanceof z.ZodISODateTime) return isoTime(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([awsName, given]) => {
      const member = inputMember(wanted, awsName);
      return member ? [[member.name, decode(given, member.schema)]] : [];
    }),
  );
}

function isoTime(seconds: number): string {
  const time = new Date(seconds * 1000);
  if (Number.isNaN(time.getTime())) throw new ApiError('MalformedRequest', 'A timestamp is not valid.');
  return time.toISOString();
}

const ANY_OBJECT = z.object({});

/** An output with AWS's names; times as whole seconds since 1970, bytes in base64. Absent members are omitted. */
export function encodeJson(value: unknown, schema: z.ZodType | undefined): unknown {
  const wanted = schema && unwrap(schema);
  if (value instanceof Date) return Math.floor(value.getTime() / 1000);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) {
    const element = wanted instanceof z.ZodArray ? (wanted.element as z.ZodType) : undefined;
    return value.map((item) => encodeJson(item, element));
  }
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  if (wanted instanceof z.ZodRecord) {
    return Object.fromEntries(present.map(([key, entry]) => [key, encodeJson(entry, wanted.valueType as z.ZodType)]));
  }
  return Object.fromEntries(
    present.map(([name, member]) => {
      const form = outputForm(wanted ?? ANY_OBJECT, name);
      return [form.awsName, encodeJson(member, form.schema)];
    }),
  );
}
