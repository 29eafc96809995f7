import { z } from 'zod';

/** The schema inside optional, nullable, default and transforming wrappers: the shape of the value on the wire. */
export function unwrap(schema: z.ZodType): z.ZodType {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrap(schema.unwrap() as z.ZodType);
  }
  return schema instanceof z.ZodPipe ? unwrap(schema.in as z.ZodType) : schema;
}

/** The schema of a member of an object schema; undefined if it has no such member. */
export function memberOf(schema: z.ZodType, name: string): z.ZodType | undefined {
  const object = unwrap(schema);
  if (!(object instanceof z.ZodObject) || !Object.hasOwn(object.shape, name)) return undefined;
  return (object.shape as Record<string, z.ZodType>)[name];
}
