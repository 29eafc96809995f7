import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { CredentialContext } from '../operations/declaration.js';
import { FailedAttempt, keepErrors, SucceededWithError } from '../operations/failed-attempt.js';
import { ApiError } from '../kernel/errors/errors.js';
import { Settings } from '../kernel/config/settings.js';
import { endSessions } from '../iam/resources/end-sessions.js';
import { Notifications } from '../kernel/mail/notifications.service.js';
import { SecurityKeysService } from '../iam/mfa/security-keys.service.js';
import { newSeed, shownSeed, VirtualDevicesService } from '../iam/mfa/virtual-devices.service.js';
import { SecretBox } from '../kernel/secrets/secret-box.js';
import type { enrolSecurityKeyInput } from './mfa-enrolment.schema.js';
import type { SignInPrincipal } from './principals.service.js';
import { overdue, type Progress, SignInSteps } from './steps.service.js';

type Context = CredentialContext<'mfaEnrolmentToken'>;
type Codes = readonly [string, string];

/** A new seed, in the formats for authenticator apps. Returned once. */
export interface ShownSeed {
  /** Base 32. */
  readonly secret: string;
  /** The image of the QR code. */
  readonly otpauthUri: string;
}

/**
 * The step of a sign-in that requires MFA from a principal without a device: it registers its first one. It requires no
 * permission, like a required new password, because the account demands it.
 */
@Injectable()
export class MfaEnrolment {
  /** Seeds that were returned but not proved yet, in the row of their challenge. */
  private readonly box: SecretBox;

  constructor(
    private readonly steps: SignInSteps,
    private readonly virtualDevices: VirtualDevicesService,
    private readonly notifications: Notifications,
    private readonly securityKeys: SecurityKeysService,
    private readonly settings: Settings,
    secrets: SecretBox,
  ) {
    this.box = secrets.derive('mfa-enrolment');
  }

  /** Any seed that was shown before in this step is worth nothing. */
  async beginVirtualDevice({ tx, proof: { challenge, principal } }: Context): Promise<ShownSeed> {
    const { accountId, challengeId } = challenge;
    const seed = newSeed();
    const mfaState = this.box.seal(seed, [accountId, challengeId]).toString('base64url');
    await tx.signInChallenge.updateMany({ where: { accountId, challengeId }, data: { mfaState } });
    const { secret, uri: otpauthUri } = await shownSeed(tx, accountId, deviceName(principal), seed);
    return { secret, otpauthUri };
  }

  /**
   * @param codes two in a row
   * @throws ApiError InvalidAuthenticationCode (the token is then good for another try), LimitExceeded
   */
  enrolVirtualDevice(context: Context, codes: Codes): Promise<Progress> {
    const { tx, proof, request } = context;
    return this.finish(context, async () => {
      const { accountId, principalId, challengeId, mfaState } = proof.challenge;
      if (mfaState === null) throw overdue();
      const seed = this.box.open(Buffer.from(mfaState, 'base64url'), [accountId, challengeId]);
      const owner = { accountId, principalId, name: deviceName(proof.principal) };
      const enrolled = await this.virtualDevices.enrol(tx, owner, { seed, codes }, request.receivedAt);
      if (!enrolled) throw new ApiError('InvalidAuthenticationCode', 'Authentication code for device is not valid.');
      const notice = { kind: 'authenticatorAdded', ...enrolled } as const;
      await this.notifications.notifyPrincipal(tx, owner, notice, request);
    });
  }

  /** @returns `PublicKeyCredentialCreationOptionsJSON` */
  beginSecurityKey(context: Context) {
    return this.securityKeys.begin(this.ownerOf(context));
  }

  /** @throws ApiError InvalidInput */
  enrolSecurityKey(
    context: Context,
    input: Omit<z.output<typeof enrolSecurityKeyInput>, 'challengeToken'>,
  ): Promise<Progress> {
    return this.finish(context, async () => {
      // Somebody else knows a password that has to be changed.
      const signsInAlone = !context.proof.principal.passwordResetRequired;
      await this.securityKeys.register(this.ownerOf(context), input, { signsInAlone });
    });
  }

  private async finish({ tx, proof, request }: Context, enrol: () => Promise<void>): Promise<Progress> {
    const { challenge, principal } = proof;
    const { accountId, principalId, usesCookie } = challenge;
    const now = request.receivedAt;
    // INVARIANT: if `enrol` fails it has written nothing relevant, so the state of the step is committed.
    await keepErrors(FailedAttempt, enrol);
    // Sessions and sign-ins without MFA are no longer sufficient.
    await endSessions(tx, accountId, principalId, now);
    const shown = { usesCookie, mfaAuthenticatedAt: now };
    return keepErrors(SucceededWithError, () => this.steps.next(tx, principal, shown, request));
  }

  private ownerOf({ tx, proof: { principal }, request }: Context) {
    const { account, user: target } = principal;
    return { tx, accountId: account.accountId, partition: this.settings.partition, target, request };
  }
}

function deviceName({ user }: SignInPrincipal): string {
  return user?.name ?? 'root-account-mfa-device';
}
