import { Injectable } from '@nestjs/common';
import type { Tags } from '../../kernel/tags.js';
import type { Transaction } from '../../kernel/database/database.service.js';

/** What a kind's query needs: rows with `where`, whose key is above `after`, in the order of their keys. */
export interface TagSearch {
  /** Conditions on the column `tags`. */
  readonly where: { readonly AND: TagCondition[] };
  /** '' begins at the beginning. */
  readonly after: string;
  readonly take: number;
}

/** As Prisma takes it for a JSON column. */
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
  /** What the kind's rows are ordered by. */
  readonly key: string;
  readonly arn: string;
  readonly tags: Tags;
}

/** One kind of thing that has tags. */
export interface TaggableKind {
  /** As in `iam:user`. */
  readonly resourceType: string;
  readonly search: (
    scope: { readonly tx: Transaction; readonly accountId: string; readonly partition: string },
    search: TagSearch,
  ) => Promise<TaggedResource[]>;
}

/** All kinds of things that have tags. Every controller made by `tagsController` puts its kind here. */
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
