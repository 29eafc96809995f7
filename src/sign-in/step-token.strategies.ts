import { Injectable } from '@nestjs/common';
import {
  CredentialNamed,
  type CredentialStrategy,
  type Exchange,
  type Presented,
  type Verdict,
} from '../access/authentication/credential-strategy.js';
import type { Transaction } from '../kernel/database/database.service.js';
import { SignInPresenters } from './presenters.service.js';
import { type StepProof, StepTokens } from './step-tokens.service.js';

interface Input {
  readonly challengeToken: string;
}

declare module '../access/authentication/credential-strategy.js' {
  interface CredentialProofs {
    passwordChangeToken: StepProof;
    mfaEnrolmentToken: StepProof;
  }
}

/** The challenge token of `passwordChangeRequired`. */
@Injectable()
export class PasswordChangeStrategy
  extends CredentialNamed('passwordChangeToken')
  implements CredentialStrategy<Input, object, StepProof>
{
  constructor(
    private readonly tokens: StepTokens,
    private readonly presenters: SignInPresenters,
  ) {
    super();
  }

  accountOf({ input: { challengeToken } }: Presented<Input>): string | undefined {
    return this.tokens.accountOf(challengeToken);
  }

  async validate({ tx, input: { challengeToken }, request }: Exchange<Input>): Promise<Verdict<StepProof>> {
    const proof = await this.tokens.take(tx, challengeToken, 'passwordChange', request.receivedAt);
    if (!proof) return this.tokens.refuse(tx, challengeToken, request);
    return { accountId: proof.challenge.accountId, proof, presenter: this.presenters.of(proof.principal) };
  }
}

/** The challenge token of `mfaEnrolmentRequired`, of a principal that has no device yet. */
@Injectable()
export class MfaEnrolmentStrategy
  extends CredentialNamed('mfaEnrolmentToken')
  implements CredentialStrategy<Input, object, StepProof>
{
  constructor(
    private readonly tokens: StepTokens,
    private readonly presenters: SignInPresenters,
  ) {
    super();
  }

  accountOf({ input: { challengeToken } }: Presented<Input>): string | undefined {
    return this.tokens.accountOf(challengeToken);
  }

  async validate({ tx, input: { challengeToken }, request }: Exchange<Input>): Promise<Verdict<StepProof>> {
    const proof = await this.tokens.take(tx, challengeToken, 'mfaEnrolment', request.receivedAt);
    if (!proof || (await hasDevice(tx, proof))) return this.tokens.refuse(tx, challengeToken, request);
    return { accountId: proof.challenge.accountId, proof, presenter: this.presenters.of(proof.principal) };
  }
}

async function hasDevice(tx: Transaction, { challenge: { accountId, principalId } }: StepProof): Promise<boolean> {
  return (await tx.mfaDevice.count({ where: { accountId, principalId } })) > 0;
}
