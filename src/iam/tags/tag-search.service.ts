import { Injectable } from '@nestjs/common';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { type TagCondition, TaggableResources, type TagSearch, type TaggedResource } from './taggable-resources.js';

export interface TagFilter {
  readonly key: string;
  /** Any of these values; none: any value. */
  readonly values?: readonly string[] | undefined;
}

export interface TagQuery {
  readonly filters: readonly TagFilter[];
  /** `iam` or `iam:user`; none: all. */
  readonly resourceTypes: readonly string[];
  readonly take: number;
  /** Maximum number of tags on the page, for all resources; at least one resource is returned. */
  readonly takeTags?: number | undefined;
  readonly token?: string | undefined;
}

interface Scope {
  readonly tx: Transaction;
  readonly accountId: string;
  readonly partition: string;
}

/** Finds resources of all kinds by their tags. */
@Injectable()
export class TagSearchService {
  constructor(private readonly taggable: TaggableResources) {}

  /**
   * One kind after the other, each ordered by its keys. The token contains the kind and key of the last resource.
   *
   * @returns the token is '' on the last page
   * @throws ApiError InvalidParameterException if the token is invalid
   */
  async find(scope: Scope, query: TagQuery): Promise<{ resources: TaggedResource[]; token: string }> {
    const where = { AND: query.filters.map(conditionOf).concat({ tags: { not: {} } }) };
    const [startType, startKey] = decodeToken(query.token);
    const found: { type: string; resource: TaggedResource }[] = [];
    for (const { resourceType, search } of this.taggable.all()) {
      if (resourceType < startType || !isWanted(resourceType, query.resourceTypes)) continue;
      const after = resourceType === startType ? startKey : '';
      // One more than the page, to find out whether there are more.
      const request: TagSearch = { where, after, take: query.take + 1 - found.length };
      const resources = await search(scope, request);
      found.push(...resources.map((resource) => ({ type: resourceType, resource })));
      if (found.length > query.take) break;
    }
    const shown = found.slice(0, Math.min(query.take, resourcesOfTags(found, query.takeTags)));
    const last = shown.at(-1);
    const token = found.length > shown.length && last ? encodeToken(last.type, last.resource.key) : '';
    return { resources: shown.map(({ resource }) => resource), token };
  }
}

/**
 * @returns how many of the resources have this number of tags together, at least one; each counts as at least one tag
 */
function resourcesOfTags(found: readonly { resource: TaggedResource }[], takeTags = Infinity): number {
  let tags = 0;
  const fits = found.findIndex(({ resource }) => (tags += Math.max(1, Object.keys(resource.tags).length)) > takeTags);
  return fits === -1 ? found.length : Math.max(1, fits);
}

function isWanted(resourceType: string, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.includes('iam') || wanted.includes(`iam:${resourceType}`);
}

function conditionOf({ key, values = [] }: TagFilter): TagCondition {
  const path = [key];
  // Every text contains the empty one: the key exists.
  if (values.length === 0) return { tags: { path, string_contains: '' } };
  return { OR: values.map((value) => ({ tags: { path, equals: value } })) };
}

function encodeToken(type: string, key: string): string {
  return Buffer.from(JSON.stringify([type, key])).toString('base64url');
}

function decodeToken(token: string | undefined): [string, string] {
  if (!token) return ['', ''];
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts.length === 2 && parts.every((part) => typeof part === 'string')) {
      return parts as [string, string];
    }
  } catch {
    // As below.
  }
  throw new ApiError('InvalidParameterException', 'The PaginationToken must come from an earlier response.');
}
