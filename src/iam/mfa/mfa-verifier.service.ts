import { Injectable } from '@nestjs/common';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import { Settings } from '../../kernel/config/settings.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { MfaDeviceKind } from '../../generated/prisma/client.js';
import { deviceIdOf, serialNumberOf } from './mfa-device.target.js';
import { type OathDevice, OathDevicesService } from './oath-devices.service.js';

import { type Assertion, SecurityKeyAssertions } from './security-key-assertions.service.js';
import type { AuthenticationResponse } from './security-keys.schema.js';

/** The facts of a device that a client needs so that its user can choose. */
export interface MfaDeviceSummary {
  readonly serialNumber: string;
  readonly kind: MfaDeviceKind;
  /** The last part of the serial number. */
  readonly name: string;
}

/**
 * The second factor, for sign-in, GetSessionToken and AssumeRole.
 *
 * `principalId` is always the user's unique ID, or the account ID for the root user.
 */
@Injectable()
export class MfaVerifier {
  constructor(
    private readonly oath: OathDevicesService,
    private readonly assertions: SecurityKeyAssertions,
    private readonly settings: Settings,
  ) {}

  /** Ordered by serial number; empty if the principal signs in without a second factor. */
  async devicesOf(tx: Transaction, accountId: string, principalId: string): Promise<MfaDeviceSummary[]> {
    const devices = await tx.mfaDevice.findMany({ where: { accountId, principalId }, orderBy: { deviceId: 'asc' } });
    return devices.map((device) => ({
      serialNumber: serialNumberOf(device, this.settings.partition),
      kind: device.kind,
      name: device.deviceId.slice(device.deviceId.lastIndexOf('/') + 1),
    }));
  }

  /** A code of any of the principal's devices. It is used up, whatever the outcome of the sign-in. */
  async verifyCode(tx: Transaction, accountId: string, principalId: string, code: string, now: Date): Promise<boolean> {
    return this.acceptedBy(tx, { accountId, principalId }, code, now);
  }

  /** A code of one device. @returns undefined if the principal has no such device */
  async verifyCodeOf(
    tx: Transaction,
    accountId: string,
    principalId: string,
    serialNumber: string,
    code: string,
    now: Date,
  ): Promise<boolean | undefined> {
    const deviceId = deviceIdOf(serialNumber, accountId, this.settings.partition);
    if (deviceId === undefined) return undefined;
    const device = { accountId, principalId, deviceId };
    if ((await tx.mfaDevice.count({ where: device })) === 0) return undefined;
    return this.acceptedBy(tx, device, code, now);
  }

  /**
   * Options for the browser to request the principal's security keys. Store their `challenge` so that it can be used
   * only once.
   *
   * @returns undefined if the principal has none
   */
  credentialOptions(
    tx: Transaction,
    accountId: string,
    principalId: string,
  ): Promise<PublicKeyCredentialRequestOptionsJSON | undefined> {
    return this.assertions.options(tx, accountId, principalId);
  }

  /** @param challenge of the options that were returned; it must not be used again, whatever the result */
  verifyCredential(
    tx: Transaction,
    accountId: string,
    principalId: string,
    response: AuthenticationResponse,
    challenge: string,
  ): Promise<Assertion> {
    return this.assertions.verify(tx, accountId, principalId, response, challenge);
  }

  private async acceptedBy(
    tx: Transaction,
    where: { accountId: string; principalId: string; deviceId?: string },
    code: string,
    now: Date,
  ): Promise<boolean> {
    const devices = await tx.mfaDevice.findMany({
      where: { ...where, oath: { isNot: null } },
      include: { oath: true },
    });
    for (const device of devices) {
      if (await this.oath.accept(tx, device as OathDevice, code, now)) return true;
    }
    return false;
  }
}
