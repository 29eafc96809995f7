import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/database.service.js';
import type { SignInChallenge } from '../generated/prisma/client.js';
import { MfaVerifier } from '../mfa/mfa-verifier.service.js';
import type { AuthenticationResponse } from '../mfa/security-keys.schema.js';

/** One of the two. */
export interface MfaAnswer {
  readonly code?: string | undefined;
  readonly credential?: AuthenticationResponse | undefined;
}

/** Checks what answers a step that asks for MFA, at sign-in and at step-up. */
@Injectable()
export class MfaAnswers {
  constructor(private readonly mfa: MfaVerifier) {}

  /**
   * A code is used up, and what security keys were asked to sign is good for one answer.
   *
   * @returns why the answer is not right, for the audit log
   */
  async refusalOf(
    tx: Transaction,
    { accountId, principalId, mfaState, challengeId }: SignInChallenge,
    { code, credential }: MfaAnswer,
    now: Date,
  ): Promise<string | undefined> {
    if (code !== undefined) {
      return (await this.mfa.verifyCode(tx, accountId, principalId, code, now)) ? undefined : 'Wrong code';
    }
    if (!credential || mfaState === null) return 'Wrong security key';
    await tx.signInChallenge.updateMany({ where: { accountId, challengeId }, data: { mfaState: null } });
    const assertion = await this.mfa.verifyCredential(tx, accountId, principalId, credential, mfaState);
    return 'refusal' in assertion ? assertion.refusal : undefined;
  }
}
