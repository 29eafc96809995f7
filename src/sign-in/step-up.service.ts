import { Injectable } from '@nestjs/common';
import { FailedAttempt } from '../operations/failed-attempt.js';
import type { OperationContext } from '../operations/declaration.js';
import { ApiError } from '../kernel/errors/errors.js';
import { Settings } from '../kernel/config/settings.js';
import { OwnPasswords } from '../iam/password-policy/own-passwords.service.js';
import { parseRowToken } from '../kernel/secrets/row-token.js';
import { SessionsService } from './sessions/sessions.service.js';
import { Guesses } from '../kernel/throttling/guesses.service.js';
import { Challenges } from './challenges.service.js';
import { type MfaAnswer, MfaAnswers } from './mfa-answers.service.js';
import { type MfaRequired, MfaRequests } from './mfa-requests.service.js';
import { SignInPrincipals } from './principals.service.js';
import { overdue } from './steps.service.js';

type Context = Pick<OperationContext, 'tx' | 'caller' | 'accountId' | 'request'>;

/** The result of a step-up. */
export type StepUpProgress =
  | {
      readonly status: 'steppedUp';
      /** Until then the session may call operations that require a step-up. */
      readonly validUntil: Date;
    }
  | MfaRequired;

/**
 * The owner of a sign-in session proves the password again, and MFA if there is a device. The session continues and
 * stores the time: see `StepUpGuard`.
 */
@Injectable()
export class StepUpService {
  constructor(
    private readonly principals: SignInPrincipals,
    private readonly ownPasswords: OwnPasswords,
    private readonly challenges: Challenges,
    private readonly mfaRequests: MfaRequests,
    private readonly answers: MfaAnswers,
    private readonly sessions: SessionsService,
    private readonly guesses: Guesses,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError InvalidInput without a session, AccessDenied if the password is wrong, Throttling */
  async provePassword(context: Context, password: string): Promise<StepUpProgress> {
    const { tx, accountId, caller, request } = context;
    const sessionId = requireSession(context);
    const { principalId } = caller;
    const principal = await this.principals.lock(tx, accountId, principalId);
    const own = { accountId, principalId, passwordHash: principal?.passwordHash ?? null };
    await this.ownPasswords.require(tx, own, { password, message: 'The password was incorrect.' }, request);
    const usesCookie = caller.session.credential === 'cookie';
    const challenge = { accountId, principalId, step: 'stepUpMfa', sessionId, usesCookie } as const;
    const asked = await this.mfaRequests.make(tx, challenge, request.receivedAt);
    return asked ?? this.finish(context, sessionId, { provedAt: request.receivedAt });
  }

  /**
   * The second step, with the challenge token of the first, in the same session.
   *
   * @throws ApiError SignInFailed if the token is invalid, InvalidAuthenticationCode, Throttling
   */
  async proveMfa(context: Context, challengeToken: string, answer: MfaAnswer): Promise<StepUpProgress> {
    const { tx, accountId, caller, request } = context;
    const sessionId = requireSession(context);
    const { principalId } = caller;
    const now = request.receivedAt;
    const token = parseRowToken(challengeToken);
    const isOurs = token?.accountId === accountId;
    const challenge = isOurs ? await this.challenges.take(tx, token, 'stepUpMfa', now) : undefined;
    if (!challenge || challenge.sessionId !== sessionId) throw overdue();
    const isKnownAddress = await this.principals.isKnownAddress(tx, accountId, principalId, request.sourceIp, now);
    const attempt = { purpose: 'code', principal: principalId, address: request.sourceIp, isKnownAddress } as const;
    // Codes are tried by sign-ins at the same time: they do not wait for the lock of this account.
    const guess = await this.guesses.make(tx, attempt, now, async () => {
      return (await this.answers.refusalOf(tx, challenge, answer, request)) === undefined;
    });
    if ('delayed' in guess) throw guess.delayed;
    if (!guess.isRight) {
      throw new FailedAttempt('InvalidAuthenticationCode', 'The code or security key is not correct.');
    }
    await this.challenges.finish(tx, challenge, now);
    return this.finish(context, sessionId, { provedAt: now, mfaAuthenticatedAt: now });
  }

  private async finish(
    { tx, accountId }: Context,
    sessionId: string,
    proved: { readonly provedAt: Date; readonly mfaAuthenticatedAt?: Date },
  ): Promise<StepUpProgress> {
    await this.sessions.prove(tx, { accountId, sessionId }, proved);
    const validUntil = new Date(proved.provedAt.getTime() + this.settings.stepUpSeconds * 1000);
    return { status: 'steppedUp', validUntil };
  }
}

function requireSession({ caller: { session } }: Context): string {
  if (session.sessionId !== undefined) return session.sessionId;
  throw new ApiError('InvalidInput', 'Step-up requires a sign-in session: send its access token or cookie.');
}
