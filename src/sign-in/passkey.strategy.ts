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
import { ApiError } from '../kernel/errors/errors.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import { attemptFrom } from '../kernel/throttling/throttle-rules.js';
import { SecurityKeyAssertions } from '../iam/mfa/security-key-assertions.service.js';
import type { AuthenticationResponse } from '../iam/mfa/security-keys.schema.js';
import { PasskeyChallenges } from './passkey-challenges.service.js';
import { SignInPresenters } from './presenters.service.js';
import { type SignInPrincipal, SignInPrincipals } from './principals.service.js';
import type { passkeyInput } from './sign-in.schema.js';
import { NOT_TAKEN } from './step-tokens.service.js';
import { overdue } from './steps.service.js';

type Input = z.output<typeof passkeyInput>;

/** The owner of the passkey, locked. */
export interface PasskeyProof {
  readonly principal: SignInPrincipal;
  readonly usesCookie: boolean;
}

/** For U2F keys, and for keys that their owner did not register right after signing in. */
const SECOND_FACTOR_ONLY = 'The security key is a second factor only';

declare module '../access/authentication/credential-strategy.js' {
  interface CredentialProofs {
    passkey: PasskeyProof;
  }
}

/**
 * A passkey without a password: it identifies its owner, and requires a PIN or biometric, so it is both factors at once
 * (NIST SP 800-63B-4, §3.1.7).
 */
@Injectable()
export class PasskeyStrategy
  extends CredentialNamed('passkey')
  implements CredentialStrategy<Input, Claim, PasskeyProof>
{
  constructor(
    private readonly assertions: SecurityKeyAssertions,
    private readonly challenges: PasskeyChallenges,
    private readonly principals: SignInPrincipals,
    private readonly presenters: SignInPresenters,
    private readonly database: Database,
  ) {
    super();
  }

  /** A signature cannot be guessed, so failures count only against the address. */
  identify(_tx: Transaction, { request }: Presented<Input>): Claim {
    return { attempt: attemptFrom(request.sourceIp, 'passkey') };
  }

  async validate({ tx, input, request }: Exchange<Input>): Promise<Verdict<PasskeyProof>> {
    const { challengeToken, credential } = input;
    const taken = await this.challenges.take(tx, challengeToken, request.receivedAt);
    const { accountId, principal } = await this.principals.lockClaimed(tx, this.assertions.claimedBy(credential));
    const presenter = principal ? this.presenters.of(principal) : this.presenters.ofNobody(accountId);
    if (!taken) return { accountId, presenter, refusal: overdue(), reason: NOT_TAKEN };
    const reason = await this.database.inAccount(tx, accountId, () =>
      this.refusalOf(tx, principal, credential, taken.challenge),
    );
    if (!principal || reason !== undefined) return { accountId, presenter, refusal: failed(reason), reason: reason! };
    return { accountId, presenter, proof: { principal, usesCookie: taken.usesCookie } };
  }

  /** @returns why the passkey does not sign its owner in, for the audit log */
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
    // As on AWS, a user without a password cannot use the console: deleting the login profile ends the access.
    return passwordHash === undefined ? 'The principal has no password' : undefined;
  }
}

/** The holder has proved possession of the key, so the message may say what to do instead. */
function failed(reason: string | undefined): ApiError {
  if (reason !== SECOND_FACTOR_ONLY) return new ApiError('SignInFailed', 'The passkey is not correct.');
  return new ApiError('SignInFailed', 'This passkey is a second factor only. Sign in with your password first.');
}
