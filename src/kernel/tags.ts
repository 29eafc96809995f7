import { z } from 'zod';
import { ownSentence } from './errors/validation.js';
import { JsonColumn } from './database/json-column.js';

/** Source: IAM API reference, `Tag`, and "Rules for tagging in IAM". */
const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export const tagKey = z
  .string()
  .min(1)
  .max(128)
  .regex(KEY)
  // Tags are stored as an object, which Prisma copies by assignment: this key would be lost.
  .refine((key) => key !== '__proto__', { message: 'The tag key __proto__ is not available' })
  .refine((key) => !/^aws:/i.test(key), {
    message: 'Tag keys beginning with aws: are reserved',
  });

export const tag = z.strictObject({ key: tagKey, value: z.string().max(256).regex(VALUE) });

const upTo50 = z.array(tag).max(50);
const CASELESS = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.';
const hasCaselessKeys = (tags: readonly { key: string }[]) => areDistinct(tags.map(({ key }) => key.toLowerCase()));

/** Up to 50 tags of an IAM resource; keys are not case-sensitive. */
export const tagList = upTo50.refine(hasCaselessKeys, ownSentence(CASELESS, 'InvalidInput'));

/** Up to 50 tags of a session. */
export const sessionTagList = upTo50.refine(hasCaselessKeys, ownSentence(CASELESS, 'InvalidParameterValue'));

/** Up to 50 tags of a managed policy, the only resource whose keys may differ only in case. */
export const policyTagList = upTo50.refine(
  (tags) => areDistinct(tags.map(({ key }) => key)),
  ownSentence('Duplicate tag keys found.', 'InvalidInput'),
);

function areDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

export type Tag = z.infer<typeof tag>;

/** The stored form of tags: key (with its case) to value. */
export type Tags = Readonly<Record<string, string>>;

export const tagsColumn = new JsonColumn<Tags>();

export function toTags(list: readonly Tag[] = []): Tags {
  return Object.fromEntries(list.map(({ key, value }) => [key, value]));
}

/** Ordered by key. */
export function toTagList(tags: Tags): Tag[] {
  return Object.entries(tags)
    .map(([key, value]) => ({ key, value }))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
}
