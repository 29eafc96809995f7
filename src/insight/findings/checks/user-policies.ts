import type { Check, Found } from '../check.js';
import { afterAttachment, afterInline, CHUNK, readInChunks } from '../read-in-chunks.js';

export const userPolicies: Check = {
  id: 'user-policies',
  severity: 'low',
  title: 'A policy is attached directly to a user',
  recommendation:
    'Attach policies to groups and add users to the groups, so that permissions are managed in one place.',
  async find(account) {
    const { tx, accountId } = account;
    const ofUsers = { accountId, identity: { type: 'user' as const } };
    const withoutLarge = { identity: { omit: { tags: true } } } as const;
    const readAttached = (after: { identityId: string; policyArn: string } | undefined) =>
      tx.policyAttachment.findMany({
        where: ofUsers,
        include: withoutLarge,
        orderBy: [{ identityId: 'asc' }, { policyArn: 'asc' }],
        take: CHUNK,
        ...afterAttachment(accountId, after),
      });
    const readInline = (after: { identityId: string; name: string } | undefined) =>
      tx.inlinePolicy.findMany({
        where: ofUsers,
        omit: { document: true },
        include: withoutLarge,
        orderBy: [{ identityId: 'asc' }, { name: 'asc' }],
        take: CHUNK,
        ...afterInline(accountId, after),
      });
    const attached = await readInChunks<Awaited<ReturnType<typeof readAttached>>[number]>(readAttached);
    const inline = await readInChunks<Awaited<ReturnType<typeof readInline>>[number]>(readInline);
    return [
      ...attached.map(({ identity, policyArn }): Found => ({
        subject: `${identity.identityId}.${policyArn.slice(policyArn.lastIndexOf('/') + 1)}`,
        resource: account.arnOf(identity),
        evidence: `${policyArn} is attached to ${identity.name}`,
        fix: [{ operation: 'iam:DetachUserPolicy', input: { userName: identity.name, policyArn } }],
      })),
      ...inline.map(({ identity, name: policyName }): Found => ({
        subject: `${identity.identityId}.inline.${policyName}`,
        resource: account.arnOf(identity),
        evidence: `${policyName} is embedded in ${identity.name}`,
        fix: [{ operation: 'iam:DeleteUserPolicy', input: { userName: identity.name, policyName } }],
      })),
    ];
  },
};
