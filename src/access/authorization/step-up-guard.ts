import { Injectable } from '@nestjs/common';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Action, LocateScope } from '../actions/action.js';
import { isOwnIdentity, type Target } from '../actions/target.js';

/** The step at which a sign-in session must recently have proved its owner's password and MFA. */
@Injectable()
export class StepUpGuard {
  constructor(private readonly settings: Settings) {}

  /**
   * Callers that never signed in (long-term access keys, roles) are exempt: they have no means of proof. A target
   * without an identity counts as the caller's own.
   *
   * INVARIANT: the proof must include everything that the principal signs in with now: a session that began before the
   * first MFA device has to prove MFA too.
   *
   * @throws ApiError StepUpRequired
   */
  async require(
    { stepUp }: Pick<Action, 'stepUp'>,
    { tx, caller }: LocateScope<unknown>,
    target: Target<unknown>,
    now: Date,
  ): Promise<void> {
    const { provedAt, mfaAuthenticatedAt } = caller.session;
    if (!stepUp || !provedAt) return;
    if (stepUp === 'ownIdentity' && target.identityId !== undefined && !isOwnIdentity(caller, target)) return;
    const { accountId, principalId } = caller;
    const hasMfa = (await tx.mfaDevice.count({ where: { accountId, principalId } })) > 0;
    if (this.isFresh(provedAt, now) && (!hasMfa || this.isFresh(mfaAuthenticatedAt, now))) return;
    throw stepUpRequired(hasMfa, this.settings.stepUpSeconds);
  }

  private isFresh(at: Date | undefined, now: Date): boolean {
    return at !== undefined && now.getTime() - at.getTime() <= this.settings.stepUpSeconds * 1000;
  }
}

function stepUpRequired(hasMfa: boolean, maximumAgeSeconds: number): ApiError {
  const proof = hasMfa ? 'the password and MFA' : 'the password';
  const message =
    'This operation requires that ' +
    `${proof} was verified within the last ${maximumAgeSeconds} seconds. Call POST ` +
    '/v1/session/step-up with your password, or sign in again, then repeat the request.';
  const needs = hasMfa ? ['password', 'mfa'] : ['password'];
  return new ApiError('StepUpRequired', message, {
    stepUp: { method: 'POST', path: '/v1/session/step-up', page: '/step-up', needs, maximumAgeSeconds },
  });
}
