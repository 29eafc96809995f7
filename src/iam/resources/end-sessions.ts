import type { Transaction } from '../../kernel/database/database.service.js';

/**
 * Ends a principal's sessions, sign-ins in progress and temporary credentials. The change that calls it must raise the
 * policy epoch, which notifies the replicas.
 *
 * @param principalId the unique ID of a user or role, or the account ID for the root user
 * @param except the sign-in session that continues
 */
export async function endSessions(
  tx: Transaction,
  accountId: string,
  principalId: string,
  at: Date,
  except?: string,
): Promise<void> {
  const revocations = await revoke(tx, accountId, principalId);
  await tx.session.updateMany({
    where: { accountId, principalId, revokedAt: null, ...(except === undefined ? {} : { sessionId: { not: except } }) },
    data: { revokedAt: at },
  });
  if (except !== undefined) {
    await tx.session.updateMany({ where: { accountId, principalId, sessionId: except }, data: { revocations } });
  }
  // Sign-ins in progress must not be finished after the change.
  await tx.signInChallenge.deleteMany({ where: { accountId, principalId } });
}

/** Like `endSessions`, for the root user and every user and role of an account. */
export async function endAllSessions(tx: Transaction, accountId: string, at: Date): Promise<void> {
  const revocations = { increment: 1 };
  await tx.account.update({ where: { accountId }, data: { rootRevocations: revocations } });
  await tx.identity.updateMany({ where: { accountId, type: { not: 'group' } }, data: { revocations } });
  await tx.session.updateMany({ where: { accountId, revokedAt: null }, data: { revokedAt: at } });
  await tx.signInChallenge.deleteMany({ where: { accountId } });
}

/** @returns the new count; 0 if there is no such principal */
export async function revocationsOf(tx: Transaction, accountId: string, principalId: string): Promise<number> {
  if (principalId === accountId) {
    const { rootRevocations } = await tx.account.findUniqueOrThrow({
      where: { accountId },
      select: { rootRevocations: true },
    });
    return rootRevocations;
  }
  const where = { accountId_identityId: { accountId, identityId: principalId } };
  return (await tx.identity.findUnique({ where, select: { revocations: true } }))?.revocations ?? 0;
}

async function revoke(tx: Transaction, accountId: string, principalId: string): Promise<number> {
  const revocations = { increment: 1 };
  if (principalId === accountId)
    await tx.account.update({ where: { accountId }, data: { rootRevocations: revocations } });
  else await tx.identity.updateMany({ where: { accountId, identityId: principalId }, data: { revocations } });
  return revocationsOf(tx, accountId, principalId);
}
