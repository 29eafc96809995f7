import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { ApiError } from '../kernel/errors/errors.js';
import { Settings } from '../kernel/config/settings.js';
import { Database, type Transaction } from '../kernel/database/database.service.js';
import { PolicyEpochs } from '../kernel/database/policy-epochs.js';
import type { SignInChallenge } from '../generated/prisma/client.js';
import { endSessions } from '../iam/resources/end-sessions.js';
import { Notifications } from '../kernel/mail/notifications.service.js';
import { SecurityKeysService } from '../iam/mfa/security-keys.service.js';
import { newSeed, shownSeed, VirtualDevicesService } from '../iam/mfa/virtual-devices.service.js';
import { parseRowToken } from '../kernel/secrets/row-token.js';
import { SecretBox } from '../kernel/secrets/secret-box.js';
import { Challenges } from './challenges.service.js';
import type { enrolSecurityKeyInput } from './mfa-enrolment.schema.js';
import { type SignInPrincipal, SignInPrincipals } from './principals.service.js';
import { RefusedSteps } from './refused-steps.service.js';
import { type SignInAttempt, SignInAudit } from './sign-in-audit.service.js';
import { attempted, type Outcome } from './sign-in.service.js';
import { overdue, type Progress, SignInSteps } from './steps.service.js';

type Operation = SignInAttempt['operation'];
type Codes = readonly [string, string];

/** A new seed, as an authenticator app takes it. Shown once. */
export interface ShownSeed {
  /** Base 32. */
  readonly secret: string;
  /** Of the QR code. */
  readonly otpauthUri: string;
}

interface Enrolling {
  readonly tx: Transaction;
  readonly challenge: SignInChallenge;
  readonly principal: SignInPrincipal;
  readonly request: RequestFacts;
}

/**
 * The step of a sign-in that requires MFA of a principal without a device: it enrols its first one. Permissions are not
 * asked for, as for a new password that is due: the account demands it.
 */
@Injectable()
export class MfaEnrolment {
  /** Seeds that were shown and not yet proved, in the row of their challenge. */
  private readonly box: SecretBox;

  constructor(
    private readonly principals: SignInPrincipals,
    private readonly challenges: Challenges,
    private readonly steps: SignInSteps,
    private readonly refusals: RefusedSteps,
    private readonly audit: SignInAudit,
    private readonly virtualDevices: VirtualDevicesService,
    private readonly notifications: Notifications,
    private readonly securityKeys: SecurityKeysService,
    private readonly epochs: PolicyEpochs,
    private readonly database: Database,
    private readonly settings: Settings,
    secrets: SecretBox,
  ) {
    this.box = secrets.derive('mfa-enrolment');
  }

  /** Any seed that was shown before in this step is worth nothing. @throws ApiError SignInFailed, Throttling */
  beginVirtualDevice(challengeToken: string, request: RequestFacts): Promise<ShownSeed> {
    const operation = 'gatehouse:BeginVirtualDeviceEnrolment';
    return this.inStep(challengeToken, operation, request, async ({ tx, challenge, principal }) => {
      const { accountId, challengeId } = challenge;
      const seed = newSeed();
      const mfaState = this.box.seal(seed, [accountId, challengeId]).toString('base64url');
      await tx.signInChallenge.updateMany({ where: { accountId, challengeId }, data: { mfaState } });
      const { secret, uri: otpauthUri } = await shownSeed(tx, accountId, deviceName(principal), seed);
      return { secret, otpauthUri };
    });
  }

  /**
   * @param codes two in a row
   * @throws ApiError SignInFailed, Throttling, InvalidAuthenticationCode (the token is then good for another try),
   *   LimitExceeded
   */
  async enrolVirtualDevice(challengeToken: string, codes: Codes, request: RequestFacts): Promise<Progress> {
    const operation = 'gatehouse:EnrolVirtualDevice';
    return this.finish(challengeToken, operation, request, async ({ tx, challenge, principal }) => {
      const { accountId, principalId, challengeId, mfaState } = challenge;
      if (mfaState === null) throw overdue();
      const seed = this.box.open(Buffer.from(mfaState, 'base64url'), [accountId, challengeId]);
      const owner = { accountId, principalId, name: deviceName(principal) };
      const enrolled = await this.virtualDevices.enrol(tx, owner, { seed, codes }, request.receivedAt);
      if (!enrolled) throw new ApiError('InvalidAuthenticationCode', 'Authentication code for device is not valid.');
      const notice = { kind: 'authenticatorAdded', ...enrolled } as const;
      await this.notifications.notifyPrincipal(tx, owner, notice, request);
    });
  }

  /** @returns `PublicKeyCredentialCreationOptionsJSON` @throws ApiError SignInFailed, Throttling */
  beginSecurityKey(challengeToken: string, request: RequestFacts) {
    const operation = 'gatehouse:BeginSecurityKeyEnrolment';
    return this.inStep(challengeToken, operation, request, (step) => this.securityKeys.begin(this.ownerOf(step)));
  }

  /** @throws ApiError SignInFailed, Throttling, InvalidInput */
  enrolSecurityKey(
    { challengeToken, ...input }: z.output<typeof enrolSecurityKeyInput>,
    request: RequestFacts,
  ): Promise<Progress> {
    const operation = 'gatehouse:EnrolSecurityKey';
    return this.finish(challengeToken, operation, request, async (step) => {
      // Somebody else knows a password that has to be changed.
      const signsInAlone = !step.principal.passwordResetRequired;
      await this.securityKeys.register(this.ownerOf(step), input, { signsInAlone });
    });
  }

  private async finish(
    challengeToken: string,
    operation: Operation,
    request: RequestFacts,
    enrol: (step: Enrolling) => Promise<void>,
  ): Promise<Progress> {
    const outcome = await this.inStep(challengeToken, operation, request, async (step): Promise<Outcome> => {
      const { tx, challenge, principal } = step;
      const { accountId, principalId, usesCookie } = challenge;
      const now = request.receivedAt;
      // INVARIANT: `enrol` has written nothing that matters when it fails, so what the step has noted is kept.
      const error = await errorOf(() => enrol(step));
      await this.audit.record(tx, accountId, { operation, principal, failure: error?.message }, request);
      if (error) return { error };
      // What was signed in or begun without MFA is no longer enough.
      await endSessions(tx, accountId, principalId, now);
      await this.epochs.advance(tx, accountId);
      return attempted(() => this.steps.next(tx, principal, { usesCookie, mfaAuthenticatedAt: now }, request));
    });
    if ('error' in outcome) throw outcome.error;
    return outcome.progress;
  }

  /** Takes the step up, for a principal that has no device yet. */
  private async inStep<Result>(
    challengeToken: string,
    operation: Operation,
    request: RequestFacts,
    work: (step: Enrolling) => Promise<Result>,
  ): Promise<Result> {
    const token = parseRowToken(challengeToken);
    if (!token) return this.refusals.refuse(undefined, operation, request);
    const { accountId } = token;
    const done = await this.database.forAccount(accountId, async (tx) => {
      const challenge = await this.challenges.take(tx, token, 'mfaEnrolment', request.receivedAt);
      const principal = challenge && (await this.principals.lock(tx, accountId, challenge.principalId));
      if (!principal) return undefined;
      const { principalId } = principal;
      if ((await tx.mfaDevice.count({ where: { accountId, principalId } })) > 0) return undefined;
      return { result: await work({ tx, challenge, principal, request }) };
    });
    return done ? done.result : this.refusals.refuse(token, operation, request);
  }

  private ownerOf({ tx, principal, request }: Enrolling) {
    const { account, user: target } = principal;
    return { tx, accountId: account.accountId, partition: this.settings.partition, target, request };
  }
}

function deviceName({ user }: SignInPrincipal): string {
  return user?.name ?? 'root-account-mfa-device';
}

/** @returns the ApiError that the work fails with */
async function errorOf(work: () => Promise<void>): Promise<ApiError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}
