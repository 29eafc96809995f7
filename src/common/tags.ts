import { z } from 'zod';

/** Source: IAM API reference, `Tag`, and "Rules for tagging in IAM". */
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export const tagKey = z
  .string()
  .min(1)
  .max(128)
  .regex(KEY)
  .refine((key) => !/^aws:/i.test(key), {
    message: 'Tag keys beginning with aws: are reserved',
  });

export const tag = z.strictObject({ key: tagKey, value: z.string().max(256).regex(VALUE) });

/** Up to 50 tags; keys are told apart without regard to case. */
export const tagList = z
  .array(tag)
  .max(50)
  .refine((tags) => new Set(tags.map(({ key }) => key.toLowerCase())).size === tags.length, {
    message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
  });

export type Tag = z.infer<typeof tag>;

/** How tags are stored and compared: key (case preserved) to value. */
export type Tags = Readonly<Record<string, string>>;

export function toTags(list: readonly Tag[] = []): Tags {
  return Object.fromEntries(list.map(({ key, value }) => [key, value]));
}

export function toTagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
