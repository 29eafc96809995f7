import { z } from 'zod';

/** The replacement for a secret. */
export const REDACTED = '[redacted]';

/** Marks a member of an input as secret: it is never written to logs or the audit log. */
export function secret<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema.meta({ secret: true });
}

/** The input for logs: secrets are replaced at all levels. */
export function redact(schema: z.ZodType, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (schema.meta()?.['secret'] === true) return REDACTED;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return redact(schema.unwrap() as z.ZodType, value);
  }
  if (schema instanceof z.ZodPipe) return redact(schema.in as z.ZodType, value);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item) => redact(schema.element as z.ZodType, item));
  }
  if (schema instanceof z.ZodObject && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const memberSchema = (schema.shape as Record<string, z.ZodType>)[name];
        return [name, memberSchema ? redact(memberSchema, member) : REDACTED];
      }),
    );
  }
  return value;
}
