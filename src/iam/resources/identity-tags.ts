import { iamArn } from '../../kernel/arn.js';
import { tagsColumn } from '../../kernel/tags.js';
import type { Identity, IdentityType } from '../../generated/prisma/client.js';
import type { Taggable } from '../tags/tags.controller.js';
import { locateIdentity } from './identity.target.js';

/** How users and roles are found and stored when their tags change. */
export function identityTags(
  type: Exclude<IdentityType, 'group'>,
): Omit<Taggable<Identity>, 'title' | 'member' | 'schema' | 'route'> {
  return {
    resourceType: type,
    search: async ({ tx, accountId, partition }, { where, after, take }) => {
      const rows = await tx.identity.findMany({
        where: { accountId, type, identityId: { gt: after }, ...where },
        orderBy: { identityId: 'asc' },
        take,
      });
      return rows.map(({ identityId, path, name, tags }) => ({
        key: identityId,
        arn: iamArn(partition, accountId, type, path, name),
        tags: tagsColumn.read(tags),
      }));
    },
    locate: (scope, name) => locateIdentity(scope, type, name),
    save: (tx, { accountId, identityId }, tags) =>
      tx.identity.update({ where: { accountId_identityId: { accountId, identityId } }, data: { tags } }),
  };
}
