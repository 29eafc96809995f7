import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../access/actions/request-facts.js';
import type { Transaction } from '../kernel/database/database.service.js';
import type { SignInChallenge } from '../generated/prisma/client.js';
import { Notifications } from '../kernel/mail/notifications.service.js';
import { MfaVerifier } from '../iam/mfa/mfa-verifier.service.js';
import { RecoveryCodes } from '../iam/mfa/recovery-codes/recovery-codes.service.js';
import type { AuthenticationResponse } from '../iam/mfa/security-keys.schema.js';

/** One of the three. */
export interface MfaAnswer {
  readonly code?: string | undefined;
  readonly credential?: AuthenticationResponse | undefined;
  readonly recoveryCode?: string | undefined;
}

/** For the audit log. */
export function factorOf({ code, recoveryCode }: MfaAnswer): 'code' | 'recoveryCode' | 'securityKey' {
  if (code !== undefined) return 'code';
  return recoveryCode === undefined ? 'securityKey' : 'recoveryCode';
}

/** Verifies the response to an MFA step, at sign-in and at step-up. */
@Injectable()
export class MfaAnswers {
  constructor(
    private readonly mfa: MfaVerifier,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly notifications: Notifications,
  ) {}

  /**
   * A code is used up, and a security key challenge is valid for one response.
   *
   * @returns why the response is wrong, for the audit log
   */
  async refusalOf(
    tx: Transaction,
    { accountId, principalId, mfaState, challengeId }: SignInChallenge,
    { code, credential, recoveryCode }: MfaAnswer,
    request: RequestFacts,
  ): Promise<string | undefined> {
    if (code !== undefined) {
      return (await this.mfa.verifyCode(tx, accountId, principalId, code, request.receivedAt))
        ? undefined
        : 'Wrong code';
    }
    if (recoveryCode !== undefined) {
      const isRight = await this.recoveryCodes.use(tx, accountId, principalId, recoveryCode);
      if (!isRight) return 'Wrong recovery code';
      const { left: remaining = 0 } = (await this.recoveryCodes.describe(tx, accountId, principalId)) ?? {};
      const notice = { kind: 'recoveryCodeUsed', remaining } as const;
      await this.notifications.notifyPrincipal(tx, { accountId, principalId }, notice, request);
      return undefined;
    }
    if (!credential || mfaState === null) return 'Wrong security key';
    await tx.signInChallenge.updateMany({ where: { accountId, challengeId }, data: { mfaState: null } });
    const assertion = await this.mfa.verifyCredential(tx, accountId, principalId, credential, mfaState);
    return 'refusal' in assertion ? assertion.refusal : undefined;
  }
}
