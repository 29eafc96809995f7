import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../access/operations/operation.js';
import { ApiError } from '../common/errors.js';
import { Turns } from '../common/turns.js';
import { Settings } from '../config/settings.js';
import { Database, type Transaction } from '../database/database.service.js';
import { PasswordHasher } from '../secrets/password-hasher.js';
import { type Attempt } from '../throttling/throttle-rules.js';
import { Throttle, throttled } from '../throttling/throttle.service.js';
import { type NamedPrincipal, type SignInPrincipal, SignInPrincipals } from './principals.service.js';
import { SignInAudit } from './sign-in-audit.service.js';
import { type Progress, SignInSteps } from './steps.service.js';

export interface Credentials extends NamedPrincipal {
  readonly password: string;
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
    { password, ...named }: Credentials,
    usesCookie: boolean,
    request: RequestFacts,
  ): Promise<Progress> {
    const { receivedAt, sourceIp } = request;
    const { accountId, principal, attempt, wait } = await this.database.forPlatform(async (tx) => {
      const found = await this.principals.find(tx, named, sourceIp, receivedAt);
      const attempt = attemptOf(named, found.principal, found.isKnownAddress, sourceIp);
      return { ...found, attempt, wait: await this.throttle.waitOf(tx, attempt, receivedAt) };
    });
    const passwordHash = wait > 0 ? undefined : principal?.passwordHash;
    const isRight = wait === 0 && (await this.hasher.verify(passwordHash, password));
    const succeeds = isRight && principal?.account.status === 'active';
    const rehashed =
      succeeds && passwordHash && this.hasher.isOutdated(passwordHash) ? await this.hasher.hash(password) : undefined;

    const outcome = await this.database.forPlatform(async (tx): Promise<Outcome> => {
      const stillToWait = wait || (await this.throttle.settle(tx, attempt, succeeds, receivedAt));
      return this.database.inAccount(tx, accountId, async () => {
        const failure = stillToWait > 0 ? 'Too many failed attempts' : succeeds ? undefined : 'Wrong credentials';
        this.audit.record(tx, accountId, { operation: 'gatehouse:SignIn', principal, named, failure }, request);
        if (stillToWait > 0) return { error: throttled(stillToWait) };
        if (!succeeds) return { error: failed() };
        const current = await this.principals.lock(tx, accountId, principal.principalId);
        // Changed since it was verified.
        if (current?.passwordHash !== passwordHash) return { error: failed() };
        await notePasswordUse(tx, principal, rehashed, receivedAt);
        return attempted(() => this.steps.next(tx, current!, { usesCookie }, request));
      });
    });
    if ('error' in outcome) throw outcome.error;
    return outcome.progress;
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

function attemptOf(
  { email, account = '', userName = '' }: NamedPrincipal,
  principal: SignInPrincipal | undefined,
  isKnownAddress: boolean,
  address: string,
): Attempt {
  const named = email === undefined ? `${account.toLowerCase()}/${userName.toLowerCase()}` : `/${email.toLowerCase()}`;
  return { purpose: 'password', principal: principal?.principalId ?? named, address, isKnownAddress };
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
