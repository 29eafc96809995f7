import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import {
  type Claim,
  CredentialNamed,
  type CredentialStrategy,
  type Exchange,
  type Presented,
  type Verdict,
} from '../access/authentication/credential-strategy.js';
import { answerCookiesOf } from '../access/authentication/session-cookie.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { ApiError } from '../kernel/errors/errors.js';
import { Settings } from '../kernel/config/settings.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import { Notifications } from '../kernel/mail/notifications.service.js';
import { PasswordHasher } from '../kernel/secrets/password-hasher.js';
import { type Attempt, signInName } from '../kernel/throttling/throttle-rules.js';
import { Guesses } from '../kernel/throttling/guesses.service.js';
import { Turns } from '../kernel/turns.js';
import { MfaVerifier } from '../iam/mfa/mfa-verifier.service.js';
import { SignInPresenters } from './presenters.service.js';
import { type NamedPrincipal, type SignInPrincipal, SignInPrincipals } from './principals.service.js';
import type { signInInput } from './sign-in.schema.js';

type Input = z.output<typeof signInInput>;

interface PasswordClaim extends Claim {
  readonly accountId: string;
  readonly attempt: Attempt;
  readonly named: NamedPrincipal;
  /** Absent if nobody has this name. */
  readonly principal: SignInPrincipal | undefined;
  /** Set by `examine`. */
  readonly isRight?: boolean;
  /** The password hashed with the current parameters, if its stored hash has others. */
  readonly rehashed?: string | undefined;
}

/** A correct password, and its principal, locked. */
export interface PasswordProof {
  readonly principal: SignInPrincipal;
  readonly rehashed: string | undefined;
}

declare module '../access/authentication/credential-strategy.js' {
  interface CredentialProofs {
    password: PasswordProof;
  }
}

/**
 * The password of a root user or user, with or without a code of an MFA device: password and code are accepted or refused
 * together.
 *
 * An unknown name takes the same path as a known one: two transactions with the same look-ups, and one password
 * verification between them. Attempts at accounts that do not exist are recorded in the management account.
 */
@Injectable()
export class PasswordStrategy
  extends CredentialNamed('password')
  implements CredentialStrategy<Input, PasswordClaim, PasswordProof>
{
  /** Many sign-ins at once take turns, which leaves processors and connections to other requests. */
  readonly turns: Turns;

  constructor(
    private readonly principals: SignInPrincipals,
    private readonly presenters: SignInPresenters,
    private readonly guesses: Guesses,
    private readonly hasher: PasswordHasher,
    private readonly mfa: MfaVerifier,
    private readonly notifications: Notifications,
    private readonly database: Database,
    { signInsAtOnce }: Settings,
  ) {
    super();
    this.turns = new Turns(signInsAtOnce);
  }

  /** @throws ApiError AccessDenied for a page of another origin that asks for a cookie */
  async identify(tx: Transaction, { input, request }: Presented<Input>): Promise<PasswordClaim> {
    const { email, account, userName, code, session } = input;
    if (session === 'cookie') answerCookiesOf(request);
    const named = { email, account, userName };
    const { sourceIp, receivedAt } = request;
    const found = await this.principals.find(tx, named, sourceIp, receivedAt);
    const attempt = {
      ...attemptOf(named, found.namedAccountId, found.isKnownAddress, sourceIp),
      carriesSecondFactor: code !== undefined,
    };
    return { accountId: found.accountId, principal: found.principal, named, attempt };
  }

  async examine({ input: { password } }: Presented<Input>, claim: PasswordClaim): Promise<PasswordClaim> {
    const { principal } = claim;
    const passwordHash = principal?.passwordHash;
    const isHash = await this.hasher.verify(passwordHash, password);
    const isRight = isHash && principal?.account.status === 'active';
    const rehashed =
      isRight && passwordHash && this.hasher.isOutdated(passwordHash) ? await this.hasher.hash(password) : undefined;
    return { ...claim, isRight, rehashed };
  }

  async validate({ tx, input, request, claim }: Exchange<Input, PasswordClaim>): Promise<Verdict<PasswordProof>> {
    const { accountId, principal, named, rehashed } = claim;
    const verified = claim.isRight ? principal : undefined;
    const codeFailure = await this.codeFailureOf(tx, { ...claim, principal: verified }, input.code, request);
    const attempt = { ...claim.attempt, whenLocked: () => this.reportLock(tx, principal, 'password', request) };
    const presenter = principal ? this.presenters.of(principal, named) : this.presenters.ofNobody(accountId, named);
    const current =
      verified && codeFailure === undefined
        ? await this.principals.lock(tx, accountId, verified.principalId)
        : undefined;
    // Another hash: the password has changed since it was verified.
    if (current && current.passwordHash === principal?.passwordHash) {
      return { accountId, attempt, presenter, proof: { principal: current, rehashed } };
    }
    const reason = (verified && codeFailure) || 'Wrong credentials';
    return { accountId, attempt, presenter, refusal: failed(), reason };
  }

  /**
   * Verifies the code that was sent with the password. It is tried only with the correct password, so that others cannot
   * use up the failures that are permitted for codes. With a wrong password the same work is done for no principal, so that
   * the time does not show whether the password is correct.
   *
   * @param claim `principal`: undefined if the password is wrong
   * @returns why the code is not accepted; undefined if it is, or if there is none
   */
  private async codeFailureOf(
    tx: Transaction,
    { accountId, principal, attempt: { principal: name, isKnownAddress } }: PasswordClaim,
    code: string | undefined,
    request: RequestFacts,
  ): Promise<string | undefined> {
    if (code === undefined) return undefined;
    const { sourceIp: address, receivedAt: now } = request;
    // A name as it was entered is not an ID.
    const principalId = principal?.principalId ?? name!;
    const whenLocked = () => this.reportLock(tx, principal, 'MFA code', request);
    const attempt = { purpose: 'code', principal: principalId, address, isKnownAddress, whenLocked } as const;
    const verify = () => this.mfa.verifyCode(tx, accountId, principalId, code, now);
    const guess = await this.guesses.make(tx, attempt, now, verify);
    if ('delayed' in guess) return 'Too many failed codes';
    return guess.isRight ? undefined : 'Wrong code';
  }

  private async reportLock(
    tx: Transaction,
    principal: SignInPrincipal | undefined,
    factor: 'password' | 'MFA code',
    request: RequestFacts,
  ): Promise<void> {
    if (!principal || principal.user) return;
    const { accountId } = principal.account;
    const notice = { kind: 'signInLocked', factor } as const;
    await this.database.inAccount(tx, accountId, () => this.notifications.notifyRoot(tx, accountId, notice, request));
  }
}

/** @param accountId of the named account, if it exists, so that an alias and an ID count as the same name */
function attemptOf(
  { email, account = '', userName = '' }: NamedPrincipal,
  accountId: string | undefined,
  isKnownAddress: boolean,
  address: string,
): Attempt {
  const principal = signInName(email === undefined ? { account: accountId ?? account, userName } : { email });
  return { purpose: 'password', principal, address, isKnownAddress };
}

/** The same for a wrong account, name or password. */
function failed(): ApiError {
  return new ApiError('SignInFailed', 'The account, name or password is not correct.');
}
