import { z } from 'zod';

/**
 * The input of an operation that several kinds of resources have, such as `AttachUserPolicy` and `AttachGroupPolicy`. Its type tells
 * of the members that all kinds share; the member that names the resource is read by `locate` alone.
 *
 * @param member that names the resource: `userName`
 */
export function inputOf<Members extends z.ZodRawShape>(
  member: string,
  name: z.ZodType<string>,
  members: Members,
): z.ZodObject<Members, z.core.$strict> {
  const shape: Members = { [member]: name, ...members };
  return z.strictObject(shape);
}
