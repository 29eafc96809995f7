import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { FailedAttempt } from '../../operations/failed-attempt.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Identity, MfaDevice } from '../../generated/prisma/client.js';
import { endSessions } from '../resources/end-sessions.js';
import { ROOT_USER_NAME } from '../resources/identity.target.js';
import { Notifications } from '../../kernel/mail/notifications.service.js';
import { HardwareTokensService } from './hardware-tokens/hardware-tokens.service.js';
import { Guesses } from '../../kernel/throttling/guesses.service.js';
import { deviceIdOf, findMfaDevice, missingDevice, serialNumberOf } from './mfa-device.target.js';
import type { listMfaDevicesInput, twoCodesInput } from './mfa-devices.schema.js';
import { OathDevicesService, type OathDevice } from './oath-devices.service.js';

/** The user who owns the devices; undefined for the root user. */
type Context = OperationContext<Identity | undefined>;
type TwoCodes = Pick<z.output<typeof twoCodesInput>, 'serialNumber' | 'authenticationCode1' | 'authenticationCode2'>;

/** The MFA devices of users and of the root user, of all kinds. */
@Injectable()
export class MfaDevicesService {
  constructor(
    private readonly oath: OathDevicesService,
    private readonly tokens: HardwareTokensService,
    private readonly notifications: Notifications,
    private readonly guesses: Guesses,
  ) {}

  /** @throws ApiError NoSuchEntity, EntityAlreadyExists, LimitExceeded, InvalidAuthenticationCode */
  async enable(context: Context, input: TwoCodes): Promise<void> {
    const { tx, accountId, request } = context;
    const device = (await findMfaDevice(context, input.serialNumber)) ?? (await this.takeToken(context, input));
    if (device.principalId !== null) throw new ApiError('EntityAlreadyExists', 'MFA Device is already in use.');
    const principalId = principalIdOf(context);
    const existing = await tx.mfaDevice.count({ where: { accountId, principalId } });
    requireBelowQuota('MFADevicesPerUser', existing, quotas.mfaDevicesPerUser);
    const withSecret = await requireOath(context, device);
    if (!(await this.oath.acceptFirst(tx, withSecret, codesOf(input), request.receivedAt))) throw wrongCode();
    await tx.mfaDevice.update({ where: key(device), data: { principalId, enabledAt: request.receivedAt } });
    await endOtherSessions(context);
    await this.notify(context, 'authenticatorAdded', device);
  }

  /** @throws ApiError NoSuchEntity, InvalidAuthenticationCode, Throttling */
  async resynchronise(context: Context, input: TwoCodes): Promise<void> {
    const device = await requireOath(context, await this.require(context, input.serialNumber));
    const { tx, request } = context;
    const now = request.receivedAt;
    const attempt = { purpose: 'deviceCodes', principal: principalIdOf(context), isKnownAddress: true } as const;
    const verify = () => this.oath.resynchronise(tx, device, codesOf(input), now);
    const guess = await this.guesses.make(tx, attempt, now, verify);
    if ('delayed' in guess) throw guess.delayed;
    // Committed: because of the wide search window, these two codes are the easiest to guess.
    if (!guess.isRight) throw new FailedAttempt('InvalidAuthenticationCode', WRONG_CODE);
  }

  /**
   * See `release` for what happens to the device.
   *
   * @throws ApiError NoSuchEntity
   */
  async deactivate(context: Context, serialNumber: string): Promise<void> {
    const device = await this.require(context, serialNumber);
    await this.release(context.tx, device);
    await endOtherSessions(context);
    await this.notify(context, 'authenticatorRemoved', device);
  }

  /** Like `deactivate`, for a principal that has lost its devices; the caller ends its sessions. */
  async deactivateAll(tx: Transaction, accountId: string, principalId: string): Promise<void> {
    for (const device of await tx.mfaDevice.findMany({ where: { accountId, principalId } })) {
      await this.release(tx, device);
    }
  }

  /** Ordered by serial number. */
  async list(context: Context, input: z.output<typeof listMfaDevicesInput>) {
    const { tx, accountId, partition, target } = context;
    const request = pageRequest(input);
    const rows = await tx.mfaDevice.findMany({
      where: {
        accountId,
        principalId: principalIdOf(context),
        ...(request.after ? { deviceId: { gt: request.after[0]! } } : {}),
      },
      orderBy: { deviceId: 'asc' },
      take: request.take,
      omit: { tags: true },
    });
    const { items, ...paging } = page(rows, request, ({ deviceId }) => [deviceId]);
    const mfaDevices = items.map((device) => ({
      userName: target?.name ?? ROOT_USER_NAME,
      serialNumber: serialNumberOf(device, partition),
      enableDate: device.enabledAt!,
    }));
    return { mfaDevices, ...paging };
  }

  /** @throws ApiError NoSuchEntity */
  async get(context: Context, serialNumber: string) {
    const device = await this.require(context, serialNumber);
    return {
      userName: context.target?.name ?? ROOT_USER_NAME,
      serialNumber: serialNumberOf(device, context.partition),
      enableDate: device.enabledAt!,
    };
  }

  /**
   * A hardware token from the platform's inventory, by its number. One that another principal uses, or that belongs to
   * another partition, is treated as missing.
   */
  private async takeToken(context: Context, { serialNumber }: TwoCodes): Promise<MfaDevice> {
    const { tx, accountId } = context;
    const token = serialNumber.startsWith('arn:') ? undefined : await this.tokens.claim(context, serialNumber);
    if (!token) throw missing(serialNumber);
    const device = await tx.mfaDevice.create({ data: { accountId, deviceId: serialNumber, kind: 'hardware' } });
    await this.oath.store(tx, device, { ...token, period: token.period ?? undefined });
    return device;
  }

  /**
   * A virtual device becomes unassigned, a hardware token returns to the platform's inventory, a security key is
   * deleted. Recovery codes are deleted with the last device.
   */
  private async release(tx: Transaction, device: MfaDevice): Promise<void> {
    await this.takeBack(tx, device);
    const { accountId, principalId } = device;
    if (principalId === null || (await tx.mfaDevice.count({ where: { accountId, principalId } })) > 0) return;
    await tx.recoveryCodeSet.deleteMany({ where: { accountId, principalId } });
  }

  private async takeBack(tx: Transaction, device: MfaDevice): Promise<void> {
    if (device.kind === 'virtual') {
      await tx.mfaDevice.update({ where: key(device), data: { principalId: null, enabledAt: null } });
      return;
    }
    const oath = await tx.oathSecret.findUnique({ where: key(device) });
    if (oath) await this.tokens.release(tx, device.accountId, device.deviceId, oath.lastCounter);
    await tx.mfaDevice.delete({ where: key(device) });
  }

  private async notify(
    context: Context,
    kind: 'authenticatorAdded' | 'authenticatorRemoved',
    device: MfaDevice,
  ): Promise<void> {
    const { tx, accountId, partition, request } = context;
    const serialNumber = serialNumberOf(device, partition);
    const principal = { accountId, principalId: principalIdOf(context) };
    await this.notifications.notifyPrincipal(tx, principal, { kind, serialNumber }, request);
  }

  private async require(context: Context, serialNumber: string): Promise<MfaDevice> {
    const { tx, accountId, partition } = context;
    const deviceId = deviceIdOf(serialNumber, accountId, partition);
    const where = { accountId, principalId: principalIdOf(context), deviceId: deviceId ?? '' };
    const device = await tx.mfaDevice.findFirst({ where });
    if (device) return device;
    if (deviceId === undefined || (await tx.mfaDevice.count({ where: { accountId, deviceId } })) === 0) {
      throw missing(serialNumber);
    }
    throw new ApiError('NoSuchEntity', 'MFA Device invalid for user.');
  }
}

function principalIdOf({ accountId, target }: Context): string {
  return target?.identityId ?? accountId;
}

/** Security keys have no codes. */
async function requireOath({ tx }: Context, device: MfaDevice): Promise<OathDevice> {
  const oath = await tx.oathSecret.findUnique({ where: key(device) });
  if (!oath) throw wrongCode();
  return { ...device, oath };
}

/** Earlier sign-ins are no longer sufficient, or no longer valid. The session that makes the change continues. */
async function endOtherSessions(context: Context): Promise<void> {
  const { tx, accountId, caller, request } = context;
  await endSessions(tx, accountId, principalIdOf(context), request.receivedAt, caller.session.sessionId);
}

function codesOf({ authenticationCode1, authenticationCode2 }: TwoCodes): readonly [string, string] {
  return [authenticationCode1, authenticationCode2];
}

function missing(serialNumber: string): ApiError {
  return new ApiError('NoSuchEntity', missingDevice(serialNumber));
}

const WRONG_CODE = 'Authentication code for device is not valid.';

function wrongCode(): ApiError {
  return new ApiError('InvalidAuthenticationCode', WRONG_CODE);
}

function key({ accountId, deviceId }: MfaDevice) {
  return { accountId_deviceId: { accountId, deviceId } };
}
