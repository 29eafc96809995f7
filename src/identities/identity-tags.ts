import type { Identity, IdentityType } from '../generated/prisma/client.js';
import type { Taggable } from '../tags/tags.controller.js';
import { locateIdentity } from './identity.target.js';

/** How users and roles are found and kept when their tags change. */
export function identityTags(type: Exclude<IdentityType, 'group'>): Pick<Taggable<Identity>, 'locate' | 'save'> {
  return {
    locate: (scope, name) => locateIdentity(scope, type, name),
    save: (tx, { accountId, identityId }, tags) =>
      tx.identity.update({ where: { accountId_identityId: { accountId, identityId } }, data: { tags } }),
  };
}
