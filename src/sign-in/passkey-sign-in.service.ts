import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { ApiError } from '../kernel/errors/errors.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import { SecurityKeyAssertions } from '../iam/mfa/security-key-assertions.service.js';
import type { AuthenticationResponse } from '../iam/mfa/security-keys.schema.js';
import { tokenRule } from '../kernel/throttling/throttle-rules.js';
import { Throttle, throttled } from '../kernel/throttling/throttle.service.js';
import { PasskeyChallenges } from './passkey-challenges.service.js';
import { type SignInPrincipal, SignInPrincipals } from './principals.service.js';
import { SignInAudit } from './sign-in-audit.service.js';
import { attempted, type Outcome } from './sign-in.service.js';
import { NOT_TAKEN, overdue, type Progress, SignInSteps } from './steps.service.js';

/** What the browser asks for a passkey with, and the token to send its answer with. */
export interface PasskeyRequest {
  readonly challengeToken: string;
  /** `PublicKeyCredentialRequestOptionsJSON` */
  readonly credentialOptions: Readonly<Record<string, unknown>>;
}

/** Of U2F keys, and of keys that were not registered by their owner right after signing in. */
const SECOND_FACTOR_ONLY = 'The security key is a second factor only';

/**
 * Signing in with a passkey alone: it knows whose it is, and asks its owner for a PIN or finger, so it is both factors
 * at once (NIST SP 800-63B-4, §3.1.7).
 */
@Injectable()
export class PasskeySignIn {
  constructor(
    private readonly assertions: SecurityKeyAssertions,
    private readonly challenges: PasskeyChallenges,
    private readonly principals: SignInPrincipals,
    private readonly steps: SignInSteps,
    private readonly audit: SignInAudit,
    private readonly throttle: Throttle,
    private readonly database: Database,
  ) {}

  async begin(usesCookie: boolean, now: Date): Promise<PasskeyRequest> {
    const options = await this.assertions.passkeyOptions();
    const challengeToken = this.challenges.issue(options.challenge, usesCookie, now);
    return { challengeToken, credentialOptions: { ...options } };
  }

  /**
   * @throws ApiError SignInFailed, the same whatever is wrong with the passkey, unless it is right but a second factor
   *   only; Throttling; PasswordExpired
   */
  async finish(challengeToken: string, credential: AuthenticationResponse, request: RequestFacts): Promise<Progress> {
    const now = request.receivedAt;
    // A signature cannot be guessed, so failures count against nobody but the address.
    const from = { address: request.sourceIp, isKnownAddress: false, rule: tokenRule };
    const attempt = { purpose: 'passkey', ...from } as const;
    const outcome = await this.database.forPlatform(async (tx): Promise<Outcome> => {
      const wait = await this.throttle.waitOf(tx, attempt, now);
      if (wait > 0) return { error: throttled(wait) };
      const taken = await this.challenges.take(tx, challengeToken, now);
      const { accountId, principal } = await this.principals.lockClaimed(tx, this.assertions.claimedBy(credential));
      const inAccount = <Result>(work: () => Promise<Result>) => this.database.inAccount(tx, accountId, work);
      const refusal =
        taken === undefined
          ? NOT_TAKEN
          : await inAccount(() => this.refusalOf(tx, principal, credential, taken.challenge));
      if (refusal !== undefined) await this.throttle.settle(tx, attempt, false, now);
      return inAccount(async () => {
        const operation = 'gatehouse:SignInWithPasskey';
        await this.audit.record(tx, accountId, { operation, principal, failure: refusal }, request);
        if (!taken) return { error: overdue() };
        if (!principal || refusal !== undefined) return { error: failed(refusal) };
        const shown = { usesCookie: taken.usesCookie, mfaAuthenticatedAt: now };
        return attempted(() => this.steps.next(tx, principal, shown, request));
      });
    });
    if ('error' in outcome) throw outcome.error;
    return outcome.progress;
  }

  /** @returns why the passkey signs nobody in, for the audit log */
  private async refusalOf(
    tx: Transaction,
    principal: SignInPrincipal | undefined,
    credential: AuthenticationResponse,
    challenge: string,
  ): Promise<string | undefined> {
    if (!principal) return 'The passkey belongs to no principal that can sign in';
    const { account, principalId, passwordHash } = principal;
    const assertion = await this.assertions.verify(tx, account.accountId, principalId, credential, challenge);
    if ('refusal' in assertion) return assertion.refusal;
    if (!assertion.userVerified) return 'The passkey did not verify its user';
    if (!assertion.signsInAlone) return SECOND_FACTOR_ONLY;
    // On AWS, too, whoever has no password has no access to the console: deleting the login profile takes it away.
    return passwordHash === undefined ? 'The principal has no password' : undefined;
  }
}

/** The holder of the key has shown that it is theirs, so they hear what to do instead. */
function failed(refusal: string | undefined): ApiError {
  if (refusal !== SECOND_FACTOR_ONLY) return new ApiError('SignInFailed', 'The passkey is not correct.');
  return new ApiError('SignInFailed', 'This passkey is a second factor only. Sign in with your password first.');
}
