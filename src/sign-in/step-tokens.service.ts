import { Injectable } from '@nestjs/common';
import type { Verdict } from '../access/authentication/credential-strategy.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import type { SignInChallenge, SignInStep } from '../generated/prisma/client.js';
import { parseRowToken } from '../kernel/secrets/row-token.js';
import { attemptFrom } from '../kernel/throttling/throttle-rules.js';
import { Challenges } from './challenges.service.js';
import { SignInPresenters } from './presenters.service.js';
import { type SignInPrincipal, SignInPrincipals } from './principals.service.js';
import { overdue } from './steps.service.js';

/** A pending step, and its principal, locked. */
export interface StepProof {
  readonly challenge: SignInChallenge;
  readonly principal: SignInPrincipal;
}

/** The reason in the audit log for a refused challenge token. */
export const NOT_TAKEN = 'The step has expired or is not valid';

/** Shared by the strategies that accept the challenge token of the previous response. */
@Injectable()
export class StepTokens {
  constructor(
    private readonly challenges: Challenges,
    private readonly principals: SignInPrincipals,
    private readonly presenters: SignInPresenters,
    private readonly database: Database,
  ) {}

  /** @returns undefined if the text is not a challenge token */
  accountOf(challengeToken: string): string | undefined {
    return parseRowToken(challengeToken)?.accountId;
  }

  /** Counts an answer to the step. @returns undefined if the token belongs to no pending step */
  async take(tx: Transaction, challengeToken: string, step: SignInStep, now: Date): Promise<StepProof | undefined> {
    const token = parseRowToken(challengeToken);
    if (!token) return undefined;
    const challenge = await this.challenges.take(tx, token, step, now);
    const principal = challenge && (await this.principals.lock(tx, token.accountId, challenge.principalId));
    return principal && { challenge, principal };
  }

  /** Such tokens count only against the address, because their claims are not verified. */
  async refuse(tx: Transaction, challengeToken: string, { sourceIp }: RequestFacts): Promise<Verdict<never>> {
    const named = this.accountOf(challengeToken);
    const accountId = await this.database.inPlatform(tx, () => this.principals.accountToNote(tx, named));
    const presenter = this.presenters.ofNobody(accountId);
    const attempt = attemptFrom(sourceIp, 'step');
    return { accountId, attempt, presenter, refusal: overdue(), reason: NOT_TAKEN };
  }
}
