import { Injectable } from '@nestjs/common';
import { ApiError } from '../../kernel/errors/errors.js';
import { likePrefix } from '../../kernel/paging/like-prefix.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas } from '../../kernel/quotas.js';
import type { Identity } from '../../generated/prisma/client.js';
import type { OperationContext } from '../../operations/declaration.js';
import { requireModifiable } from '../resources/service-linked.js';
import { attachmentKeys, requireAttachable } from './attachable-policy.js';
import { PLATFORM_OWNER, policyNameOf } from './policy.target.js';

type Scope = Pick<OperationContext<Identity>, 'tx' | 'accountId' | 'partition' | 'target' | 'caller' | 'inAccount'>;

export interface AttachmentList {
  readonly pathPrefix?: string | undefined;
  readonly marker?: string | undefined;
  readonly maxItems?: number | undefined;
}

/** Managed policies attached to users, groups and roles. */
@Injectable()
export class AttachmentsService {
  /**
   * Attaching a policy that is already attached changes nothing.
   *
   * @throws ApiError NoSuchEntity, LimitExceeded, InvalidInput, PolicyNotAttachable, UnmodifiableEntity
   */
  async attach(scope: Scope, policyArn: string): Promise<void> {
    const { tx, accountId, target: identity } = scope;
    requireModifiable(identity);
    const policy = await requireAttachable(scope, policyArn, 'Policy');
    const { identityId } = identity;
    const attached = await tx.policyAttachment.findMany({ where: { accountId, identityId } });
    if (attached.some((attachment) => attachment.policyArn === policyArn)) return;
    if (attached.length >= quotas.attachedPoliciesPerIdentity) {
      const title = identity.type.charAt(0).toUpperCase() + identity.type.slice(1);
      const what = `PoliciesPer${title}: ${quotas.attachedPoliciesPerIdentity}`;
      throw new ApiError('LimitExceeded', `Cannot exceed quota for ${what}`);
    }
    await tx.policyAttachment.create({ data: { accountId, identityId, policyArn, ...attachmentKeys(policy) } });
  }

  /** @throws ApiError NoSuchEntity if it is not attached, UnmodifiableEntity */
  async detach({ tx, accountId, target }: Scope, policyArn: string): Promise<void> {
    requireModifiable(target);
    const { count } = await tx.policyAttachment.deleteMany({
      where: { accountId, identityId: target.identityId, policyArn },
    });
    if (count === 0) throw new ApiError('NoSuchEntity', `Policy ${policyArn} was not found.`);
  }

  /** Ordered by ARN. */
  async list({ tx, accountId, partition, target }: Scope, input: AttachmentList) {
    const request = pageRequest(input);
    const rows = await tx.policyAttachment.findMany({
      where: {
        accountId,
        identityId: target.identityId,
        AND: [
          request.after ? { policyArn: { gt: request.after[0]! } } : {},
          input.pathPrefix === undefined ? {} : { OR: underPath(partition, accountId, input.pathPrefix) },
        ],
      },
      orderBy: { policyArn: 'asc' },
      take: request.take,
    });
    const { items, ...paging } = page(rows, request, ({ policyArn }) => [policyArn]);
    const attachedPolicies = items.map(({ policyArn }) => ({
      policyName: policyNameOf(policyArn),
      policyArn,
    }));
    return { attachedPolicies, ...paging };
  }
}

/** Policies of the account and of the platform. */
function underPath(partition: string, accountId: string, pathPrefix: string) {
  return [accountId, PLATFORM_OWNER].map((owner) => ({
    policyArn: { startsWith: likePrefix(`arn:${partition}:iam::${owner}:policy${pathPrefix}`) },
  }));
}
