import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { AuditTrail } from '../../audit/trail/audit-trail.js';
import type { OperationContext } from '../../operations/declaration.js';
import { SessionTokens } from '../../access/session-tokens/session-tokens.service.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { DelegationRequest } from '../../generated/prisma/client.js';
import { revocationsOf } from '../../iam/resources/end-sessions.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import type { delegatedAccessOutput } from './delegation.schema.js';
import { delegationTokenOwner } from './delegation-requests.service.js';

/** Temporary credentials in another account, as approved by its users. */
@Injectable()
export class DelegatedAccess {
  constructor(
    private readonly tokens: SessionTokens,
    private readonly secrets: SecretBox,
    private readonly auditTrail: AuditTrail,
  ) {}

  /**
   * Both accounts find the exchange in their audit logs. INVARIANT: revoking the sessions of the approver ends the
   * delegation too, so a thief of a session gains nothing permanent by approving a request of his own.
   *
   * @throws ApiError ValidationError, the same for an invalid token and one of another account;
   *   ExpiredTradeInTokenException, PackedPolicyTooLarge
   */
  async exchange(context: OperationContext, tradeInToken: string): Promise<z.input<typeof delegatedAccessOutput>> {
    const { tx, caller, request } = context;
    const row = await this.find(context, tradeInToken);
    const endsAt = row.updatedAt.getTime() + row.sessionSeconds * 1000;
    if (request.receivedAt.getTime() >= endsAt) {
      throw new ApiError('ExpiredTradeInTokenException', 'The exchange token has expired: the delegation has ended.');
    }
    const ownerAccountId = row.ownerAccountId!;
    // The approver as a caller: the account for the root user, a user, or a role and the name of a session of it.
    const [principal, sessionName] = row.approverId!.split(':') as [string, string?];
    const revocations = row.approverRevocations;
    const now = await context.inAccount(ownerAccountId, () => revocationsOf(tx, ownerAccountId, principal));
    if (revocations < now) {
      const message = 'The delegation has ended: the sessions of its approver were revoked.';
      throw new ApiError('ExpiredTradeInTokenException', message);
    }
    const credentials = this.tokens.issue({
      kind: sessionName === undefined ? 'session' : 'role',
      account: ownerAccountId,
      principal,
      name: sessionName,
      issued: Math.floor(request.receivedAt.getTime() / 1000),
      expires: Math.floor(endsAt / 1000),
      revocations,
      scopes: [row.permissionPolicy],
      delegation: row.requestId,
    });
    this.auditTrail.record(
      tx,
      ownerAccountId,
      {
        operation: 'sts:GetDelegatedAccessToken',
        callerArn: caller.arn,
        callerId: caller.principalId,
        session: caller.session,
        resourceArn: row.approverArn!,
        input: { delegationRequestId: row.requestId },
        outcome: 'allowed',
        reason: `Approved by ${row.approverArn!}`,
      },
      request,
    );
    return { credentials, assumedPrincipal: row.approverArn! };
  }

  private async find({ tx, accountId }: OperationContext, token: string): Promise<DelegationRequest> {
    const requestId = token.slice(0, Math.max(0, token.indexOf('.')));
    // Requests are stored in the account that made them: others find nothing.
    const row = await tx.delegationRequest.findUnique({ where: { accountId_requestId: { accountId, requestId } } });
    if (row?.state !== 'FINALIZED' || !row.sealedToken) throw invalid();
    const expected = this.secrets.open(row.sealedToken, delegationTokenOwner(row));
    const given = Buffer.from(token);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalid();
    return row;
  }
}

function invalid(): ApiError {
  return new ApiError('ValidationError', 'The exchange token is not valid.');
}
