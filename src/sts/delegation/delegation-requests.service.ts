import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { isUniqueViolation } from '../../kernel/database/database-errors.js';
import type { DelegationRequest, Prisma } from '../../generated/prisma/client.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import type { createDelegationRequestInput, listDelegationRequestsInput } from './delegation.schema.js';
import { newRequestId } from './delegation-request.target.js';
import { describeRequest, sizeOfRequest } from './describe-request.js';
import { RequestedPermissions } from './requested-permissions.service.js';
import { expiryOf, type Step, stateAt, take } from './request-states.js';

type Context = OperationContext<DelegationRequest>;

/** Seconds. Source: IAM User Guide, "IAM temporary delegation": root users approve for at most four hours. */
const LONGEST_APPROVED_BY_ROOT = 4 * 60 * 60;

/** Source: IAM API reference, the operations on delegation requests. */
@Injectable()
export class DelegationRequestsService {
  constructor(
    private readonly permissions: RequestedPermissions,
    private readonly secrets: SecretBox,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError EntityAlreadyExists, InvalidInput, LimitExceeded */
  async create(context: OperationContext, input: z.output<typeof createDelegationRequestInput>) {
    const { tx, accountId, request } = context;
    const now = request.receivedAt;
    const open = await tx.delegationRequest.count({ where: { accountId, expiresAt: { gt: now } } });
    requireBelowQuota('OpenDelegationRequestsPerAccount', open, quotas.openDelegationRequestsPerAccount);
    const permissionPolicy = await this.permissions.policyOf(context, input.permissions);
    const { name } = await tx.account.findUniqueOrThrow({ where: { accountId }, select: { name: true } });
    const requestId = newRequestId(accountId);
    const row = {
      accountId,
      requestId,
      workflowId: input.requestorWorkflowId,
      ownerAccountId: input.ownerAccountId ?? null,
      requestorName: name.slice(0, 30),
      description: input.description,
      requestMessage: input.requestMessage ?? null,
      policyTemplateArn: input.permissions.policyTemplateArn,
      parameters: input.permissions.parameters,
      permissionPolicy,
      redirectUrl: input.redirectUrl ?? null,
      notificationChannel: input.notificationChannel,
      sessionSeconds: input.sessionDuration,
      onlySendByOwner: input.onlySendByOwner,
      expiresAt: expiryOf('UNASSIGNED', now),
      createdAt: now,
      updatedAt: now,
    };
    try {
      await tx.delegationRequest.create({ data: row });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const message = `A delegation request with the workflow ID ${input.requestorWorkflowId} already exists.`;
      throw new ApiError('EntityAlreadyExists', message);
    }
    const consoleDeepLink = `${this.settings.publicUrl}/v1/delegation-requests/${requestId}`;
    return { consoleDeepLink, delegationRequestId: requestId };
  }

  /** Makes the caller the owner. @throws ApiError InvalidInput */
  async associate(context: Context): Promise<void> {
    const { tx, accountId, caller, target } = context;
    await this.step(context, 'associate', { ownerAccountId: accountId, ownerArn: caller.arn });
    const owned = { accountId, requestId: target.requestId, ownerArn: caller.arn };
    await tx.ownedDelegationRequest.create({ data: owned });
  }

  /** @throws ApiError InvalidInput */
  async update(context: Context, notes: string | undefined): Promise<void> {
    await this.step(context, 'update', notes === undefined ? {} : { notes });
  }

  /**
   * The delegated credentials will have the permissions of the request that the caller has, too.
   *
   * @throws ApiError InvalidInput
   */
  async accept(context: Context): Promise<void> {
    const { caller, target } = context;
    if (caller.principal.type === 'root' && target.sessionSeconds > LONGEST_APPROVED_BY_ROOT) {
      throw new ApiError('InvalidInput', 'The root user can approve requests for at most four hours.');
    }
    if (!hasAllItsPermissions(caller)) {
      throw new ApiError('InvalidInput', 'A session with a session policy, or of a federated user, cannot approve.');
    }
    const { arn: approverArn, principalId: approverId, session } = caller;
    await this.step(context, 'accept', { approverArn, approverId, approverRevocations: session.revocations! });
  }

  /** @throws ApiError InvalidInput */
  async reject(context: Context, notes: string | undefined): Promise<void> {
    await this.step(context, 'reject', { rejectionReason: notes ?? null });
  }

  /** Creates the exchange token for the requesting account. @throws ApiError InvalidInput */
  async sendToken(context: Context): Promise<void> {
    const { caller, target } = context;
    if (target.onlySendByOwner && caller.arn !== target.ownerArn) {
      throw new ApiError('InvalidInput', 'Only the owner of this delegation request can release its token.');
    }
    const token = `${target.requestId}.${randomBytes(32).toString('base64url')}`;
    await this.step(context, 'send', {
      sealedToken: Uint8Array.from(this.secrets.seal(Buffer.from(token), delegationTokenOwner(target))),
    });
  }

  /**
   * The exchange token, for the requesting account. It is valid from SendDelegationToken on, for the requested session
   * duration.
   *
   * @throws ApiError InvalidInput
   */
  token({ accountId, target, request }: Context): string {
    const isValid = request.receivedAt.getTime() < target.updatedAt.getTime() + target.sessionSeconds * 1000;
    if (target.accountId !== accountId || !target.sealedToken || target.state !== 'FINALIZED' || !isValid) {
      throw new ApiError(
        'InvalidInput',
        `The delegation request is ${stateAt(target, request.receivedAt)}; it has no token.`,
      );
    }
    return this.secrets.open(target.sealedToken, delegationTokenOwner(target)).toString('utf8');
  }

  /** The requests that identities of the account own, by ID. */
  async list(context: OperationContext, input: z.output<typeof listDelegationRequestsInput>) {
    const { tx, accountId, inAccount, request: facts } = context;
    const request = pageRequest(input);
    const owned = await tx.ownedDelegationRequest.findMany({
      where: {
        accountId,
        ...(input.ownerId === undefined ? {} : { ownerArn: input.ownerId }),
        ...(request.after ? { requestId: { gt: request.after[0]! } } : {}),
      },
      orderBy: { requestId: 'asc' },
      take: request.take,
    });
    const rows: (DelegationRequest | undefined)[] = [];
    for (const { requestId } of owned) {
      const requestor = requestId.slice(0, 12);
      const row = await inAccount(requestor, () => findRequest(tx, requestor, requestId));
      rows.push(row ?? undefined);
    }
    const { items, ...paging } = page(
      owned.map(({ requestId }, index) => ({ requestId, row: rows[index] })),
      request,
      ({ requestId }) => [requestId],
      ({ row }) => (row ? sizeOfRequest(row) : 0),
    );
    // The requesting account may have been purged, and its requests with it.
    const found = items.flatMap(({ row }) => row ?? []);
    return { delegationRequests: found.map((row) => describeRequest(row, facts.receivedAt)), ...paging };
  }

  private async step(context: Context, step: Step, data: Prisma.DelegationRequestUncheckedUpdateInput): Promise<void> {
    const { tx, target, inAccount, request } = context;
    const next = take(step, target, request.receivedAt);
    const where = { accountId_requestId: { accountId: target.accountId, requestId: target.requestId } };
    await inAccount(target.accountId, () => tx.delegationRequest.update({ where, data: { ...data, ...next } }));
  }
}

/**
 * The approver's permissions are looked up when the token is used: a session with fewer permissions would pass on more
 * than it has.
 */
function hasAllItsPermissions({ principal, policies }: Context['caller']): boolean {
  const isNarrowed = policies.session !== undefined || policies.scopeDown !== undefined;
  return !isNarrowed && principal.type !== 'federatedUser' && principal.type !== 'service';
}

function findRequest(tx: Transaction, accountId: string, requestId: string) {
  return tx.delegationRequest.findUnique({ where: { accountId_requestId: { accountId, requestId } } });
}

/** The owner to which the sealed exchange token of a request is bound. */
export function delegationTokenOwner({
  accountId,
  requestId,
}: Pick<DelegationRequest, 'accountId' | 'requestId'>): readonly string[] {
  return ['delegation-token', accountId, requestId];
}
