import { ApiError } from '../common/errors.js';
import { page, type PageRequest, pageRequest } from '../common/paging.js';
import { type Tag, type Tags, toTagList, toTags } from '../common/tags.js';

/** Source: IAM User Guide, "IAM and AWS STS quotas": tags that can be attached to one resource. */
const TAGS_PER_RESOURCE = 50;

/**
 * Adds tags, or gives those that are there a new value. A key is found without regard to case; the new spelling wins.
 *
 * @param title of what is tagged, e.g. `User`
 * @throws ApiError LimitExceeded
 */
export function addTags(tags: Tags, added: readonly Tag[], title: string): Tags {
  const result = {
    ...removeTags(
      tags,
      added.map(({ key }) => key),
    ),
    ...toTags(added),
  };
  if (Object.keys(result).length > TAGS_PER_RESOURCE) {
    throw new ApiError('LimitExceeded', `Cannot exceed quota for TagsPer${title}: ${TAGS_PER_RESOURCE}`);
  }
  return result;
}

/** Keys that are not there are passed over. */
export function removeTags(tags: Tags, keys: readonly string[]): Tags {
  const removed = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.has(key.toLowerCase())));
}

/** Ordered by key. */
export function listTags(tags: Tags, input: { marker?: string | undefined; maxItems?: number | undefined }) {
  const request: PageRequest = pageRequest(input);
  const after = request.after?.[0];
  const rows = toTagList(tags)
    .sort((left, right) => (left.key < right.key ? -1 : 1))
    .filter(({ key }) => after === undefined || key > after)
    .slice(0, request.take);
  const { items, ...paging } = page(rows, request, ({ key }) => [key]);
  return { tags: [...items], ...paging };
}
