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
import type { RequestFacts } from '../access/actions/request-facts.js';
import { ApiError } from '../kernel/errors/errors.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import { Notifications } from '../kernel/mail/notifications.service.js';
import { factorOf, MfaAnswers } from './mfa-answers.service.js';
import { SignInPresenters } from './presenters.service.js';
import { type SignInPrincipal, SignInPrincipals } from './principals.service.js';
import type { mfaInput } from './sign-in.schema.js';
import { type StepProof, StepTokens } from './step-tokens.service.js';

type Input = z.output<typeof mfaInput>;

interface MfaClaim extends Claim {
  /** Absent if the token belongs to no pending step. */
  readonly step?: StepProof;
}

declare module '../access/authentication/credential-strategy.js' {
  interface CredentialProofs {
    mfaAnswer: StepProof;
  }
}

/** The challenge token from `mfaRequired`, with a code, a recovery code or the response of a security key. */
@Injectable()
export class MfaAnswerStrategy
  extends CredentialNamed('mfaAnswer')
  implements CredentialStrategy<Input, MfaClaim, StepProof>
{
  constructor(
    private readonly tokens: StepTokens,
    private readonly answers: MfaAnswers,
    private readonly principals: SignInPrincipals,
    private readonly presenters: SignInPresenters,
    private readonly notifications: Notifications,
    private readonly database: Database,
  ) {
    super();
  }

  accountOf({ input: { challengeToken } }: Presented<Input>): string | undefined {
    return this.tokens.accountOf(challengeToken);
  }

  async identify(tx: Transaction, { input, request }: Presented<Input>): Promise<MfaClaim> {
    const { receivedAt: now, sourceIp: address } = request;
    const step = await this.tokens.take(tx, input.challengeToken, 'mfa', now);
    if (!step) return {};
    const { accountId, principalId } = step.challenge;
    const isKnownAddress = await this.principals.isKnownAddress(tx, accountId, principalId, address, now);
    const whenLocked = () => this.reportLock(tx, step.principal, request);
    return { step, attempt: { purpose: 'code', principal: principalId, address, isKnownAddress, whenLocked } };
  }

  async validate({ tx, input, request, claim: { step } }: Exchange<Input, MfaClaim>): Promise<Verdict<StepProof>> {
    if (!step) return this.tokens.refuse(tx, input.challengeToken, request);
    const { accountId } = step.challenge;
    const presenter = this.presenters.of(step.principal, { factor: factorOf(input) });
    const reason = await this.answers.refusalOf(tx, step.challenge, input, request);
    if (reason === undefined) return { accountId, presenter, proof: step };
    const refusal = new ApiError('SignInFailed', 'The code or security key is not correct.');
    return { accountId, presenter, refusal, reason };
  }

  private async reportLock(
    tx: Transaction,
    { account: { accountId }, principalId }: SignInPrincipal,
    request: RequestFacts,
  ): Promise<void> {
    const notice = { kind: 'signInLocked', factor: 'MFA code' } as const;
    await this.database.inAccount(tx, accountId, () =>
      this.notifications.notifyPrincipal(tx, { accountId, principalId }, notice, request),
    );
  }
}
