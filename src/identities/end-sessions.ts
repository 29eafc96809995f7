import type { Transaction } from '../database/database.service.js';

/**
 * Ends what a principal is signed in with, and the sign-ins that it has begun. The change that this is part of must raise the policy epoch, which is how
 * replicas hear of it.
 *
 * @param principalId the user's unique id, or the account id for the root user
 * @param except the session that goes on
 */
export async function endSessions(
  tx: Transaction,
  accountId: string,
  principalId: string,
  at: Date,
  except?: string,
): Promise<void> {
  await tx.session.updateMany({
    where: { accountId, principalId, revokedAt: null, ...(except === undefined ? {} : { sessionId: { not: except } }) },
    data: { revokedAt: at },
  });
  // What was begun under the old circumstances must not be finished under the new ones.
  await tx.signInChallenge.deleteMany({ where: { accountId, principalId } });
}
