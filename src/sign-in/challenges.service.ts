import { Injectable } from '@nestjs/common';
import { lockSignInChallenge } from '../kernel/database/row-locks.js';
import type { Transaction } from '../kernel/database/database.service.js';
import type { SignInChallenge, SignInStep } from '../generated/prisma/client.js';
import { hashRowToken, isHashOf, newRowToken, type RowToken } from '../kernel/secrets/row-token.js';

const LIFETIME_MILLISECONDS = 5 * 60_000;

/** Answers that a step takes before the sign-in has to begin again. */
const MAXIMUM_ATTEMPTS: Readonly<Record<SignInStep, number>> = {
  mfa: 5,
  passwordChange: 5,
  stepUpMfa: 5,
  // Each device that is begun counts, and nobody guesses: the seed is on the screen.
  mfaEnrolment: 20,
};

export interface NewChallenge {
  readonly accountId: string;
  readonly principalId: string;
  readonly step: SignInStep;
  readonly usesCookie: boolean;
  /** The session that the step belongs to; `stepUpMfa` only. */
  readonly sessionId?: string | undefined;
  readonly mfaState?: string | undefined;
  readonly mfaAuthenticatedAt?: Date | undefined;
}

/** The tokens between the steps of a sign-in: each good for one step of one principal, for minutes, once. */
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
   * Takes a step up and counts the attempt. Until the transaction ends nobody else can.
   *
   * @param tx in the scope of the token's account
   * @returns undefined when the token is none, of another step, used, expired or tried too often
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

  /** The step is done: its token is worth nothing from now on. */
  async finish(tx: Transaction, { accountId, challengeId }: SignInChallenge, now: Date): Promise<void> {
    // A password that was changed in this step has taken all challenges of the principal away already.
    await tx.signInChallenge.updateMany({ where: { accountId, challengeId }, data: { usedAt: now } });
  }
}
