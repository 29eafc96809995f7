import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { ApiError } from '../kernel/errors/errors.js';
import { Turns } from '../kernel/turns.js';
import { Settings } from '../kernel/config/settings.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import { PasswordHasher } from '../kernel/secrets/password-hasher.js';
import { Notifications } from '../kernel/mail/notifications.service.js';
import { MfaVerifier } from '../iam/mfa/mfa-verifier.service.js';
import { type Attempt, signInName } from '../kernel/throttling/throttle-rules.js';
import { Throttle, throttled } from '../kernel/throttling/throttle.service.js';
import { type NamedPrincipal, type SignInPrincipal, SignInPrincipals } from './principals.service.js';
import { SignInAudit } from './sign-in-audit.service.js';
import { type Progress, SignInSteps } from './steps.service.js';

export interface Credentials extends NamedPrincipal {
  readonly password: string;
  /** Of an MFA device: password and code are then right together or not at all. */
  readonly code?: string | undefined;
}

/** What a transaction came to: errors are carried out of it, so that what it noted of the attempt is kept. */
export type Outcome = { readonly progress: Progress } | { readonly error: ApiError };

/** The first step of signing in: the password. */
@Injectable()
export class SignInService {
  /** A crowd that signs in takes turns, so that processors and connections are left to everyone else. */
  private readonly turns: Turns;

  constructor(
    private readonly principals: SignInPrincipals,
    private readonly steps: SignInSteps,
    private readonly audit: SignInAudit,
    private readonly throttle: Throttle,
    private readonly hasher: PasswordHasher,
    private readonly mfa: MfaVerifier,
    private readonly notifications: Notifications,
    private readonly database: Database,
    { signInsAtOnce }: Settings,
  ) {
    this.turns = new Turns(signInsAtOnce);
  }

  /**
   * Strangers take the same way as everyone: two transactions with the same look-ups, and one password verified between
   * them. What they name that is no account is noted in the operator's.
   *
   * @throws ApiError SignInFailed, the same for a wrong account, name or password; Throttling; PasswordExpired
   */
  signIn(credentials: Credentials, usesCookie: boolean, request: RequestFacts): Promise<Progress> {
    return this.turns.take(() => this.verify(credentials, usesCookie, request));
  }

  private async verify(
    { password, code, ...named }: Credentials,
    usesCookie: boolean,
    request: RequestFacts,
  ): Promise<Progress> {
    const { receivedAt, sourceIp } = request;
    const { accountId, principal, attempt, wait } = await this.database.forPlatform(async (tx) => {
      const found = await this.principals.find(tx, named, sourceIp, receivedAt);
      const attempt = {
        ...attemptOf(named, found.namedAccountId, found.isKnownAddress, sourceIp),
        carriesSecondFactor: code !== undefined,
      };
      return { ...found, attempt, wait: await this.throttle.waitOf(tx, attempt, receivedAt) };
    });
    if (wait > 0) throw throttled(wait);
    const passwordHash = principal?.passwordHash;
    const isRight = await this.hasher.verify(passwordHash, password);
    const succeeds = isRight && principal?.account.status === 'active';
    const rehashed =
      succeeds && passwordHash && this.hasher.isOutdated(passwordHash) ? await this.hasher.hash(password) : undefined;

    const outcome = await this.database.forPlatform(async (tx): Promise<Outcome> => {
      const tried = { accountId, principal: succeeds ? principal : undefined, code };
      const codeFailure = await this.codeFailureOf(tx, tried, attempt, request);
      const isAccepted = succeeds && codeFailure === undefined;
      const lockable = { ...attempt, whenLocked: () => this.reportLock(tx, principal, 'password', request) };
      const stillToWait = await this.throttle.settle(tx, lockable, isAccepted, receivedAt);
      if (stillToWait > 0) return { error: throttled(stillToWait) };
      return this.database.inAccount(tx, accountId, async () => {
        const failure = isAccepted ? undefined : (succeeds && codeFailure) || 'Wrong credentials';
        await this.audit.record(tx, accountId, { operation: 'gatehouse:SignIn', principal, named, failure }, request);
        if (!isAccepted) return { error: failed() };
        const current = await this.principals.lock(tx, accountId, principal.principalId);
        // Changed since it was verified.
        if (current?.passwordHash !== passwordHash) return { error: failed() };
        await notePasswordUse(tx, principal, rehashed, receivedAt);
        const shown = { usesCookie, mfaAuthenticatedAt: code === undefined ? undefined : receivedAt };
        return attempted(() => this.steps.next(tx, current!, shown, request));
      });
    });
    if ('error' in outcome) throw outcome.error;
    return outcome.progress;
  }

  /**
   * A code that came with the password. It is tried only with the right password, so strangers cannot use up the failures
   * that codes may have. With a wrong one the same is done for nobody: the time must not tell that the password is right.
   *
   * @param tx in the scope of the platform
   * @param tried `principal`: undefined when the password is wrong
   * @returns why the code is not accepted; undefined when it is, or when there is none
   */
  private async codeFailureOf(
    tx: Transaction,
    {
      accountId,
      principal,
      code,
    }: { accountId: string; principal: SignInPrincipal | undefined; code?: string | undefined },
    { principal: name, isKnownAddress }: Attempt,
    request: RequestFacts,
  ): Promise<string | undefined> {
    if (code === undefined) return undefined;
    const { sourceIp: address, receivedAt: now } = request;
    // A name as it was typed is the id of nobody.
    const principalId = principal?.principalId ?? name!;
    const whenLocked = () => this.reportLock(tx, principal, 'MFA code', request);
    const attempt = { purpose: 'code', principal: principalId, address, isKnownAddress, whenLocked } as const;
    if ((await this.throttle.waitOf(tx, attempt, now)) > 0) return 'Too many failed codes';
    const isRight = await this.database.inAccount(tx, accountId, () =>
      this.mfa.verifyCode(tx, accountId, principalId, code, now),
    );
    const wait = await this.throttle.settle(tx, attempt, isRight, now);
    return isRight && wait === 0 ? undefined : 'Wrong code';
  }

  /** @param tx in the scope of the platform */
  private async reportLock(
    tx: Transaction,
    principal: SignInPrincipal | undefined,
    factor: 'password' | 'MFA code',
    request: RequestFacts,
  ) {
    if (!principal || principal.user) return;
    const { accountId } = principal.account;
    const notice = { kind: 'signInLocked', factor } as const;
    await this.database.inAccount(tx, accountId, () => this.notifications.notifyRoot(tx, accountId, notice, request));
  }
}

/** An ApiError of a step leaves the transaction as a value, so that it commits. */
export async function attempted(step: () => Promise<Progress>): Promise<Outcome> {
  try {
    return { progress: await step() };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
}

/** @param accountId of the account that was named, if there is one: an alias and an id are then one name */
function attemptOf(
  { email, account = '', userName = '' }: NamedPrincipal,
  accountId: string | undefined,
  isKnownAddress: boolean,
  address: string,
): Attempt {
  const principal = signInName(email === undefined ? { account: accountId ?? account, userName } : { email });
  return { purpose: 'password', principal, address, isKnownAddress };
}

async function notePasswordUse(
  tx: Transaction,
  { account: { accountId }, user, principalId }: SignInPrincipal,
  rehashed: string | undefined,
  at: Date,
): Promise<void> {
  if (!user) {
    await tx.account.update({
      where: { accountId },
      data: { rootPasswordLastUsedAt: at, ...(rehashed === undefined ? {} : { rootPasswordHash: rehashed }) },
    });
    return;
  }
  await tx.identity.update({
    where: { accountId_identityId: { accountId, identityId: principalId } },
    data: { passwordLastUsedAt: at },
  });
  if (rehashed !== undefined) {
    const where = { accountId_userId: { accountId, userId: principalId } };
    await tx.loginProfile.update({ where, data: { passwordHash: rehashed } });
  }
}

function failed(): ApiError {
  return new ApiError('SignInFailed', 'The account, name or password is not correct.');
}
