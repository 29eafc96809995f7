import { Injectable } from '@nestjs/common';
import type { Tags } from '../../kernel/tags.js';
import type { Transaction } from '../../kernel/database/database.service.js';

/** The parameters of a kind's query: rows with `where`, with keys above `after`, ordered by their keys. */
export interface TagSearch {
  /** Conditions on the column `tags`. */
  readonly where: { readonly AND: TagCondition[] };
  /** '' for the beginning. */
  readonly after: string;
  readonly take: number;
}

/** Prisma's filter for a JSON column. */
export interface TagCondition {
  readonly tags?: {
    readonly path?: string[];
    readonly equals?: string;
    readonly not?: object;
    string_contains?: string;
  };
  readonly OR?: TagCondition[];
}

export interface TaggedResource {
  /** The key by which the rows of the kind are ordered. */
  readonly key: string;
  readonly arn: string;
  readonly tags: Tags;
}

/** One kind of resource with tags. */
export interface TaggableKind {
  /** As in `iam:user`. */
  readonly resourceType: string;
  readonly search: (
    scope: { readonly tx: Transaction; readonly accountId: string; readonly partition: string },
    search: TagSearch,
  ) => Promise<TaggedResource[]>;
}

/** All kinds of resources with tags. Every controller created by `tagsController` registers its kind here. */
@Injectable()
export class TaggableResources {
  private readonly kinds = new Map<string, TaggableKind>();

  add(kind: TaggableKind): void {
    this.kinds.set(kind.resourceType, kind);
  }

  /** Ordered by their type. */
  all(): readonly TaggableKind[] {
    return [...this.kinds.values()].sort((left, right) => (left.resourceType < right.resourceType ? -1 : 1));
  }
}
