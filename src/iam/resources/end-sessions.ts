import type { Transaction } from '../../kernel/database/database.service.js';

/**
 * Ends what a principal is signed in with, the sign-ins that it has begun, and its temporary credentials. The change that this is
 * part of must raise the policy epoch, which is how replicas hear of it.
 *
 * @param principalId the unique id of a user or role, or the account id for the root user
 * @param except the sign-in session that goes on
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
  // What was begun under the old circumstances must not be finished under the new ones.
  await tx.signInChallenge.deleteMany({ where: { accountId, principalId } });
}

/** As `endSessions`, of the root user and of every user and role of an account. */
export async function endAllSessions(tx: Transaction, accountId: string, at: Date): Promise<void> {
  const revocations = { increment: 1 };
  await tx.account.update({ where: { accountId }, data: { rootRevocations: revocations } });
  await tx.identity.updateMany({ where: { accountId, type: { not: 'group' } }, data: { revocations } });
  await tx.session.updateMany({ where: { accountId, revokedAt: null }, data: { revokedAt: at } });
  await tx.signInChallenge.deleteMany({ where: { accountId } });
}

/** @returns the count from now on; 0 when there is no such principal */
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
