import { Controller, type Type } from '@nestjs/common';
import { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import type { Target } from '../../access/actions/target.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Prisma } from '../../generated/prisma/client.js';
import { type Tags, tagsColumn } from '../../kernel/tags.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { addTags, listTags, removeTags } from './edit-tags.js';
import { type TaggableKind, TaggableResources } from './taggable-resources.js';
import { listTagsMembers, listTagsOutput, policyTagMembers, tagMembers, untagMembers } from './tags.schema.js';
import { inputOf } from '../../kernel/named-input.js';

/** The differences between the tags of users, policies, certificates and others. */
export interface Taggable<Row extends { tags: Prisma.JsonValue }> extends TaggableKind {
  /** As in the names of the operations: `User` gives TagUser, UntagUser and ListUserTags. */
  readonly title: string;
  /** The member of the input that identifies the resource, such as `userName`. */
  readonly member: string;
  readonly schema: z.ZodType<string>;
  /** `/v1/users/:userName/tags`; if the member is not in the path, it is an ARN in the query. */
  readonly route: string;
  readonly locate: (scope: Omit<LocateScope<unknown>, 'input'>, name: string) => Target<Row> | Promise<Target<Row>>;
  /** Keys that differ only in case are different keys: only for managed policies. */
  readonly caseSensitive?: true;
  readonly save: (tx: Transaction, row: Row, tags: Tags) => Promise<unknown>;
}

/** The operations on the tags of one kind of resource. Source: IAM API reference, TagUser, UntagUser, ListUserTags. */
export function tagsController<Row extends { tags: Prisma.JsonValue }>(taggable: Taggable<Row>): Type {
  const { title, member, schema, route, save, caseSensitive = false } = taggable;
  const thing = title.replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
  const withName = <Members extends z.ZodRawShape>(members: Members) => inputOf(member, schema, members);
  const tagInput = withName(caseSensitive ? policyTagMembers : tagMembers);
  const untagInput = withName(untagMembers);
  const listInput = withName(listTagsMembers);
  const located = {
    locate: ({ input, ...scope }: LocateScope<Record<string, unknown>>) =>
      taggable.locate(scope, input[member] as string),
  };

  @Controller()
  class TagsController {
    constructor(resources: TaggableResources) {
      resources.add(taggable);
    }

    @Operation({
      name: `iam:Tag${title}`,
      summary: `Add tags: ${thing}`,
      description: 'Adds tags. The value of an existing key is replaced.',
      route: `POST ${route}` as 'POST /',
      accessLevel: 'Tagging',
      input: tagInput,
      ...located,
      tagPermission: `iam:Tag${title}`,
      errors: ['NoSuchEntity', 'LimitExceeded', 'InvalidInput'],
    })
    async tag({ tags }: z.output<typeof tagInput>, { tx, target }: OperationContext<Row>) {
      await save(tx, target, addTags(tagsColumn.read(target.tags), tags, caseSensitive));
    }

    @Operation({
      name: `iam:Untag${title}`,
      summary: `Remove tags: ${thing}`,
      route: `DELETE ${route}` as 'DELETE /',
      accessLevel: 'Tagging',
      input: untagInput,
      ...located,
      errors: ['NoSuchEntity'],
    })
    async untag({ tagKeys }: z.output<typeof untagInput>, { tx, target }: OperationContext<Row>) {
      await save(tx, target, removeTags(tagsColumn.read(target.tags), tagKeys, caseSensitive));
    }

    @Operation({
      name: `iam:List${title}Tags`,
      summary: `List tags: ${thing}`,
      route: `GET ${route}` as 'GET /',
      accessLevel: 'List',
      input: listInput,
      output: listTagsOutput,
      ...located,
      errors: ['NoSuchEntity'],
    })
    list(input: z.output<typeof listInput>, { target }: OperationContext<Row>) {
      return Promise.resolve(listTags(tagsColumn.read(target.tags), input));
    }
  }

  Object.defineProperty(TagsController, 'name', { value: `${title}TagsController` });
  return TagsController;
}
