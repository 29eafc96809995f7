import { Injectable } from '@nestjs/common';
import { lockSignInChallenge } from '../kernel/database/row-locks.js';
import type { Transaction } from '../kernel/database/database.service.js';
import type { SignInChallenge, SignInStep } from '../generated/prisma/client.js';
import { hashRowToken, isHashOf, newRowToken, type RowToken } from '../kernel/secrets/row-token.js';

const LIFETIME_MILLISECONDS = 5 * 60_000;

/** Attempts of a step before the sign-in has to start over. */
const MAXIMUM_ATTEMPTS: Readonly<Record<SignInStep, number>> = {
  mfa: 5,
  passwordChange: 5,
  stepUpMfa: 5,
  // Each device that is started counts; there is nothing to guess, because the seed was returned.
  mfaEnrolment: 20,
};

export interface NewChallenge {
  readonly accountId: string;
  readonly principalId: string;
  readonly step: SignInStep;
  readonly usesCookie: boolean;
  /** The session of the step; `stepUpMfa` only. */
  readonly sessionId?: string | undefined;
  readonly mfaState?: string | undefined;
  readonly mfaAuthenticatedAt?: Date | undefined;
}

/** The tokens between the steps of a sign-in: each is valid once, for one step of one principal, for minutes. */
@Injectable()
export class Challenges {
  /**
   * @param tx in the scope of the account
   * @returns the challenge token
   */
  async issue(tx: Transaction, challenge: NewChallenge, now: Date): Promise<string> {
    const { accountId, principalId, step, usesCookie, sessionId = null } = challenge;
    const { mfaState = null, mfaAuthenticatedAt = null } = challenge;
    await tx.signInChallenge.deleteMany({ where: { accountId, principalId, expiresAt: { lt: now } } });
    const token = newRowToken(accountId);
    await tx.signInChallenge.create({
      data: {
        accountId,
        challengeId: token.rowId,
        principalId,
        step,
        tokenHash: hashRowToken(token),
        usesCookie,
        sessionId,
        mfaState,
        mfaAuthenticatedAt,
        expiresAt: new Date(now.getTime() + LIFETIME_MILLISECONDS),
      },
    });
    return token.text;
  }

  /**
   * Takes a step and counts the attempt. It is locked until the transaction ends.
   *
   * @param tx in the scope of the token's account
   * @returns undefined if the token is invalid, belongs to another step, was used, has expired or was tried too often
   */
  async take(tx: Transaction, token: RowToken, step: SignInStep, now: Date): Promise<SignInChallenge | undefined> {
    const { accountId, rowId: challengeId } = token;
    await lockSignInChallenge(tx, accountId, challengeId);
    const where = { accountId_challengeId: { accountId, challengeId } };
    const found = await tx.signInChallenge.findUnique({ where });
    if (!found || found.step !== step || !isHashOf(found.tokenHash, token)) return undefined;
    if (found.usedAt || found.expiresAt <= now || found.attempts >= MAXIMUM_ATTEMPTS[step]) return undefined;
    return tx.signInChallenge.update({ where, data: { attempts: { increment: 1 } } });
  }

  /** Completes the step: its token becomes invalid. */
  async finish(tx: Transaction, { accountId, challengeId }: SignInChallenge, now: Date): Promise<void> {
    // Changing the password in this step has already deleted all challenges of the principal.
    await tx.signInChallenge.updateMany({ where: { accountId, challengeId }, data: { usedAt: now } });
  }
}
