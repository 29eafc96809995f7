import { Injectable } from '@nestjs/common';
import type { Transaction } from '../kernel/database/database.service.js';
import { type MfaDeviceSummary, MfaVerifier } from '../iam/mfa/mfa-verifier.service.js';
import { RecoveryCodes } from '../iam/mfa/recovery-codes/recovery-codes.service.js';
import { Challenges, type NewChallenge } from './challenges.service.js';

/** A step that requires MFA, and what the client needs to respond. */
export interface MfaRequired {
  readonly status: 'mfaRequired';
  readonly challengeToken: string;
  readonly devices: MfaDeviceSummary[];
  /** `PublicKeyCredentialRequestOptionsJSON`, for the browser to ask a security key with. */
  readonly credentialOptions?: Readonly<Record<string, unknown>>;
  /** Absent when there are none. */
  readonly recoveryCodesLeft?: number;
}

/** Requests MFA, at sign-in and at step-up; `MfaAnswers` verifies the response. */
@Injectable()
export class MfaRequests {
  constructor(
    private readonly mfa: MfaVerifier,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly challenges: Challenges,
  ) {}

  /**
   * @param tx in the scope of the account
   * @returns undefined if the principal has no MFA device
   */
  async make(tx: Transaction, challenge: NewChallenge, now: Date): Promise<MfaRequired | undefined> {
    const { accountId, principalId } = challenge;
    const devices = await this.mfa.devicesOf(tx, accountId, principalId);
    if (devices.length === 0) return undefined;
    const credentialOptions = await this.mfa.credentialOptions(tx, accountId, principalId);
    const { left = 0 } = (await this.recoveryCodes.describe(tx, accountId, principalId)) ?? {};
    const mfaState = credentialOptions?.challenge;
    return {
      status: 'mfaRequired',
      challengeToken: await this.challenges.issue(tx, { ...challenge, mfaState }, now),
      devices,
      ...(credentialOptions ? { credentialOptions: { ...credentialOptions } } : {}),
      ...(left > 0 ? { recoveryCodesLeft: left } : {}),
    };
  }
}
