import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas } from '../../kernel/quotas.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Identity } from '../../generated/prisma/client.js';
import { requireModifiable } from '../resources/service-linked.js';
import { policySize } from 'gatehouse-policy-engine';
import { checkPolicyDocument, encodeDocument } from './policy-documents.js';

/** The total size of all inline policies of a user, group or role. */
const characterLimits = {
  user: () => quotas.userInlineCharacters,
  group: () => quotas.groupInlineCharacters,
  role: () => quotas.roleInlineCharacters,
} as const;

/** Policies that are part of one user, group or role. */
@Injectable()
export class InlinePoliciesService {
  /**
   * Creates or replaces.
   *
   * @throws ApiError MalformedPolicyDocument, LimitExceeded, UnmodifiableEntity
   */
  async put(
    { tx, partition, target: identity, request }: OperationContext<Identity>,
    name: string,
    document: string,
  ): Promise<void> {
    requireModifiable(identity);
    const { accountId, identityId, type } = identity;
    const others = await tx.inlinePolicy.findMany({ where: { accountId, identityId, name: { not: name } } });
    const used = others.reduce((sum, other) => sum + policySize(other.document), 0);
    const limit = characterLimits[type]();
    if (used + policySize(document) > limit) {
      const message = `Maximum policy size of ${limit} bytes exceeded for ${type} ${identity.name}`;
      throw new ApiError('LimitExceeded', message);
    }
    checkPolicyDocument(document, 'identity', { quota: 'PolicySize', characters: limit, partition });
    await tx.inlinePolicy.upsert({
      where: { accountId_identityId_name: { accountId, identityId, name } },
      create: { accountId, identityId, name, document },
      update: { document, updatedAt: request.receivedAt },
    });
  }

  /** @throws ApiError NoSuchEntity */
  async get(
    tx: Transaction,
    identity: Identity,
    name: string,
  ): Promise<{ policyName: string; policyDocument: string }> {
    const { accountId, identityId } = identity;
    const where = { accountId_identityId_name: { accountId, identityId, name } };
    const found = await tx.inlinePolicy.findUnique({ where });
    if (!found) throw missing(identity, name);
    return { policyName: name, policyDocument: encodeDocument(found.document) };
  }

  /** @throws ApiError NoSuchEntity, UnmodifiableEntity */
  async delete(tx: Transaction, identity: Identity, name: string): Promise<void> {
    requireModifiable(identity);
    const { accountId, identityId } = identity;
    const { count } = await tx.inlinePolicy.deleteMany({ where: { accountId, identityId, name } });
    if (count === 0) throw missing(identity, name);
  }

  /** Ordered by name. */
  async list(
    tx: Transaction,
    { accountId, identityId }: Identity,
    input: { marker?: string | undefined; maxItems?: number | undefined },
  ) {
    const request = pageRequest(input);
    const rows = await tx.inlinePolicy.findMany({
      where: { accountId, identityId, ...(request.after ? { name: { gt: request.after[0]! } } : {}) },
      orderBy: { name: 'asc' },
      select: { name: true },
      take: request.take,
    });
    const { items, ...paging } = page(rows, request, ({ name }) => [name]);
    return { policyNames: items.map(({ name }) => name), ...paging };
  }
}

function missing(identity: Identity, name: string): ApiError {
  return new ApiError('NoSuchEntity', `The ${identity.type} policy with name ${name} cannot be found.`);
}
