import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { ApiError } from '../kernel/errors/errors.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import { PolicyEpochs } from '../kernel/database/policy-epochs.js';
import type { SignInChallenge } from '../generated/prisma/client.js';
import { Notifications } from '../kernel/mail/notifications.service.js';
import { PasswordHasher } from '../kernel/secrets/password-hasher.js';
import { parseRowToken } from '../kernel/secrets/row-token.js';
import { Throttle, throttled } from '../kernel/throttling/throttle.service.js';
import { LoginProfilesService } from '../iam/users/login-profiles.service.js';
import { Challenges } from './challenges.service.js';
import { factorOf, type MfaAnswer, MfaAnswers } from './mfa-answers.service.js';
import { type SignInPrincipal, SignInPrincipals } from './principals.service.js';
import { RefusedSteps } from './refused-steps.service.js';
import { SignInAudit } from './sign-in-audit.service.js';
import { attempted, type Outcome } from './sign-in.service.js';
import { overdue, type Progress, SignInSteps } from './steps.service.js';

/** The steps after the password, each taken with the challenge token of the answer before it. */
@Injectable()
export class NextSteps {
  constructor(
    private readonly principals: SignInPrincipals,
    private readonly challenges: Challenges,
    private readonly steps: SignInSteps,
    private readonly audit: SignInAudit,
    private readonly refusals: RefusedSteps,
    private readonly throttle: Throttle,
    private readonly answers: MfaAnswers,
    private readonly notifications: Notifications,
    private readonly loginProfiles: LoginProfilesService,
    private readonly hasher: PasswordHasher,
    private readonly epochs: PolicyEpochs,
    private readonly database: Database,
  ) {}

  /** @throws ApiError SignInFailed, Throttling, PasswordExpired */
  async answerMfa(challengeToken: string, answer: MfaAnswer, request: RequestFacts): Promise<Progress> {
    const token = parseRowToken(challengeToken);
    const operation = 'gatehouse:SignInWithMfa';
    if (!token) return this.refusals.refuse(undefined, operation, request);
    const { accountId } = token;
    const now = request.receivedAt;
    const outcome = await this.database.forPlatform(async (tx): Promise<Outcome | undefined> => {
      const inAccount = <Result>(work: () => Promise<Result>) => this.database.inAccount(tx, accountId, work);
      const begun = await inAccount(async () => {
        const challenge = await this.challenges.take(tx, token, 'mfa', now);
        const principal = challenge && (await this.principals.lock(tx, accountId, challenge.principalId));
        if (!principal) return undefined;
        const { principalId } = principal;
        const isKnownAddress = await this.principals.isKnownAddress(tx, accountId, principalId, request.sourceIp, now);
        const whenLocked = () => this.reportLock(tx, accountId, principalId, request);
        const named = { purpose: 'code', principal: principalId, address: request.sourceIp } as const;
        const attempt = { ...named, isKnownAddress, whenLocked };
        return { challenge, principal, attempt };
      });
      if (!begun) return undefined;
      const { challenge, principal, attempt } = begun;
      let wait = await this.throttle.waitOf(tx, attempt, now);
      const refusal =
        wait > 0 ? undefined : await inAccount(() => this.answers.refusalOf(tx, challenge, answer, request));
      wait ||= await this.throttle.settle(tx, attempt, refusal === undefined, now);
      if (wait > 0) return { error: throttled(wait) };
      return inAccount(async () => {
        await this.audit.record(
          tx,
          accountId,
          { operation, principal, factor: factorOf(answer), failure: refusal },
          request,
        );
        if (refusal !== undefined)
          return { error: new ApiError('SignInFailed', 'The code or security key is not correct.') };
        await this.challenges.finish(tx, challenge, now);
        const shown = { usesCookie: challenge.usesCookie, mfaAuthenticatedAt: now };
        return attempted(() => this.steps.next(tx, principal, shown, request));
      });
    });
    return outcome ? progressOf(outcome) : this.refusals.refuse(token, operation, request);
  }

  /** @throws ApiError SignInFailed, PasswordPolicyViolation (the token is then good for another try) */
  async changePassword(challengeToken: string, newPassword: string, request: RequestFacts): Promise<Progress> {
    const token = parseRowToken(challengeToken);
    const operation = 'gatehouse:SignInWithNewPassword';
    if (!token) return this.refusals.refuse(undefined, operation, request);
    const { accountId } = token;
    const outcome = await this.database.forAccount(accountId, async (tx): Promise<Outcome | undefined> => {
      const challenge = await this.challenges.take(tx, token, 'passwordChange', request.receivedAt);
      const principal = challenge && (await this.principals.lock(tx, accountId, challenge.principalId));
      if (!principal) return undefined;
      const result = await attempted(() => this.replacePassword(tx, challenge, principal, newPassword, request));
      const failure = 'error' in result ? result.error.message : undefined;
      await this.audit.record(tx, accountId, { operation, principal, failure }, request);
      return result;
    });
    return outcome ? progressOf(outcome) : this.refusals.refuse(token, operation, request);
  }

  /** @param tx in the scope of the platform */
  private async reportLock(tx: Transaction, accountId: string, principalId: string, request: RequestFacts) {
    const notice = { kind: 'signInLocked', factor: 'MFA code' } as const;
    await this.database.inAccount(tx, accountId, () =>
      this.notifications.notifyPrincipal(tx, { accountId, principalId }, notice, request),
    );
  }

  private async replacePassword(
    tx: Transaction,
    challenge: SignInChallenge,
    { account: { accountId }, user, passwordHash, principalId }: SignInPrincipal,
    newPassword: string,
    request: RequestFacts,
  ): Promise<Progress> {
    if (!user || passwordHash === undefined) throw overdue();
    if (await this.hasher.verify(passwordHash, newPassword)) {
      throw new ApiError('PasswordPolicyViolation', 'The new password must differ from the old one.');
    }
    await this.loginProfiles.set(tx, user, { password: newPassword, passwordResetRequired: false });
    await this.epochs.advance(tx, accountId);
    await this.challenges.finish(tx, challenge, request.receivedAt);
    const changed = await this.principals.lock(tx, accountId, principalId);
    const { usesCookie, mfaAuthenticatedAt } = challenge;
    return this.steps.next(tx, changed!, { usesCookie, mfaAuthenticatedAt: mfaAuthenticatedAt ?? undefined }, request);
  }
}

function progressOf(outcome: Outcome): Progress {
  if ('error' in outcome) throw outcome.error;
  return outcome.progress;
}
