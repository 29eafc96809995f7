import { z } from 'zod';
import { ApiError } from '../common/errors.js';
import { memberOf, unwrap } from '../common/zod-shape.js';
import { fromAwsName, toAwsName } from './names.js';

/**
 * The input of an AWS JSON request with our names. Times are numbers of seconds there and ISO 8601 here. What the schema
 * does not know is kept, for the schema to refuse.
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
    Object.entries(value).map(([awsName, member]) => {
      const name = fromAwsName(awsName);
      return [name, decode(member, wanted && memberOf(wanted, name))];
    }),
  );
}

function isoTime(seconds: number): string {
  const time = new Date(seconds * 1000);
  if (Number.isNaN(time.getTime())) throw new ApiError('MalformedRequest', 'A time is not one.');
  return time.toISOString();
}

/** An output with AWS's names; times as numbers of seconds, bytes in base64. */
export function encodeJson(value: unknown, schema: z.ZodType | undefined): unknown {
  const wanted = schema && unwrap(schema);
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) {
    const element = wanted instanceof z.ZodArray ? (wanted.element as z.ZodType) : undefined;
    return value.map((item) => encodeJson(item, element));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      toAwsName(name),
      encodeJson(member, wanted && memberOf(wanted, name)),
    ]),
  );
}
