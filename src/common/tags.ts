import { z } from 'zod';
import { ApiError } from './errors.js';

/** Source: IAM API reference, `Tag`, and "Rules for tagging in IAM". */
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const tagKey = z
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

const MAXIMUM_TAGS = 50;

export function toTags(list: readonly Tag[] = []): Tags {
  return Object.fromEntries(list.map(({ key, value }) => [key, value]));
}

export function toTagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/**
 * Adds tags; one whose key differs only in case replaces the old one and keeps the new spelling.
 *
 * @throws ApiError LimitExceeded past 50 tags
 */
export function withTags(tags: Tags, added: readonly Tag[]): Tags {
  const merged = {
    ...withoutTags(
      tags,
      added.map(({ key }) => key),
    ),
    ...toTags(added),
  };
  if (Object.keys(merged).length > MAXIMUM_TAGS) {
    throw new ApiError('LimitExceeded', `The number of tags has reached the maximum limit of ${MAXIMUM_TAGS}.`);
  }
  return merged;
}

export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  const removed = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key.toLowerCase())));
}
