import { ApiError } from '../../kernel/errors/errors.js';
import { page, type PageRequest, pageRequest } from '../../kernel/paging/paging.js';
import { type Tag, type Tags, toTagList, toTags } from '../../kernel/tags.js';

/** Source: IAM User Guide, "IAM and AWS STS quotas": tags that can be attached to one resource. */
const TAGS_PER_RESOURCE = 50;

/**
 * Adds tags, or replaces the values of existing ones. Keys are not case-sensitive, and the new spelling replaces the
 * old one, unless `caseSensitive`.
 *
 * @throws ApiError LimitExceeded
 */
export function addTags(tags: Tags, added: readonly Tag[], caseSensitive = false): Tags {
  const addedKeys = added.map(({ key }) => key);
  const result = { ...removeTags(tags, addedKeys, caseSensitive), ...toTags(added) };
  if (Object.keys(result).length > TAGS_PER_RESOURCE) {
    throw new ApiError('LimitExceeded', 'The number of tags has reached the maximum limit.');
  }
  return result;
}

/** Keys that do not exist are ignored. */
export function removeTags(tags: Tags, keys: readonly string[], caseSensitive = false): Tags {
  const comparable = (key: string) => (caseSensitive ? key : key.toLowerCase());
  const removed = new Set(keys.map(comparable));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(comparable(key))));
}

/** Ordered by key. */
export function listTags(tags: Tags, input: { marker?: string | undefined; maxItems?: number | undefined }) {
  const request: PageRequest = pageRequest(input);
  const after = request.after?.[0];
  const rows = toTagList(tags)
    .filter(({ key }) => after === undefined || key > after)
    .slice(0, request.take);
  const { items, ...paging } = page(rows, request, ({ key }) => [key]);
  return { tags: [...items], ...paging };
}
