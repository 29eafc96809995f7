import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { generateURI, ScureBase32Plugin } from 'otplib';
import { toBuffer } from 'qrcode';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { rootArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { toTags } from '../../kernel/tags.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { MfaDevice, Prisma } from '../../generated/prisma/client.js';
import { toUser } from '../users/users.service.js';
import { serialNumberOf } from './mfa-device.target.js';
import { type NewOathSecret, OathDevicesService } from './oath-devices.service.js';
import type {
  createVirtualDeviceInput,
  createVirtualDeviceOutput,
  listVirtualDevicesInput,
  listVirtualDevicesOutput,
} from './virtual-devices.schema.js';

/** Bytes of a seed: 64 characters in base32, like AWS's seeds. */
const SEED_BYTES = 40;
const TOTP = { type: 'totp', algorithm: 'sha1', digits: 6, period: 30 } as const;
const base32 = new ScureBase32Plugin();

type Described = z.input<typeof listVirtualDevicesOutput>['virtualMfaDevices'][number];

/** Authenticator apps: six digits, thirty seconds and SHA-1, which all of them support. */
@Injectable()
export class VirtualDevicesService {
  constructor(
    private readonly oath: OathDevicesService,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError EntityAlreadyExists, LimitExceeded */
  async create(
    { tx, accountId, partition }: OperationContext,
    { virtualMfaDeviceName: name, path = '/', tags }: z.output<typeof createVirtualDeviceInput>,
  ): Promise<z.input<typeof createVirtualDeviceOutput>['virtualMfaDevice']> {
    const deviceId = `mfa${path}${name}`;
    if ((await tx.mfaDevice.count({ where: { accountId, deviceId } })) > 0) {
      throw new ApiError('EntityAlreadyExists', 'MFA device already exists.');
    }
    const seed = newSeed();
    const device = await this.store(tx, { accountId, deviceId, tags: toTags(tags) }, { seed });
    const { secret, uri } = await shownSeed(tx, accountId, name, seed);
    return {
      serialNumber: serialNumberOf(device, partition),
      base32StringSeed: Buffer.from(secret).toString('base64'),
      qrCodePng: (await toBuffer(uri, { type: 'png' })).toString('base64'),
      ...(tags?.length ? { tags } : {}),
    };
  }

  /**
   * A device that its owner registers, with a seed that only the owner has seen.
   *
   * @param name of the device; gets a suffix if the name is taken
   * @param codes two consecutive codes
   * @returns undefined if the codes are wrong
   * @throws ApiError LimitExceeded
   */
  async enrol(
    tx: Transaction,
    { accountId, principalId, name }: { accountId: string; principalId: string; name: string },
    { seed, codes }: { seed: Uint8Array; codes: readonly [string, string] },
    now: Date,
  ): Promise<{ serialNumber: string } | undefined> {
    const proof = await this.oath.proveSeed({ seed, ...TOTP }, codes, now);
    if (!proof) return undefined;
    const isTaken = (await tx.mfaDevice.count({ where: { accountId, deviceId: `mfa/${name}` } })) > 0;
    const deviceId = `mfa/${name}${isTaken ? `-${randomBytes(4).toString('hex')}` : ''}`;
    const device = await this.store(tx, { accountId, deviceId, principalId, enabledAt: now }, { seed, ...proof });
    return { serialNumber: serialNumberOf(device, this.settings.partition) };
  }

  private async store(
    tx: Transaction,
    data: Omit<Prisma.MfaDeviceUncheckedCreateInput, 'kind'>,
    secret: Pick<NewOathSecret, 'seed' | 'lastCounter' | 'drift'>,
  ): Promise<MfaDevice> {
    const { accountId } = data;
    const existing = await tx.mfaDevice.count({ where: { accountId, kind: 'virtual' } });
    requireBelowQuota('VirtualMFADevicesPerAccount', existing, quotas.virtualMfaDevicesPerAccount);
    const device = await tx.mfaDevice.create({ data: { ...data, kind: 'virtual' } });
    await this.oath.store(tx, device, { ...secret, ...TOTP });
    return device;
  }

  /** Ordered by serial number. Seeds and tags are omitted. */
  async list(
    { tx, accountId, partition }: OperationContext,
    { assignmentStatus = 'Any', ...paging }: z.output<typeof listVirtualDevicesInput>,
  ): Promise<z.input<typeof listVirtualDevicesOutput>> {
    const request = pageRequest(paging);
    const rows = await tx.mfaDevice.findMany({
      where: {
        accountId,
        kind: 'virtual',
        ...{ Any: {}, Assigned: { principalId: { not: null } }, Unassigned: { principalId: null } }[assignmentStatus],
        ...(request.after ? { deviceId: { gt: request.after[0]! } } : {}),
      },
      orderBy: { deviceId: 'asc' },
      take: request.take,
      omit: { tags: true },
    });
    const { items, ...more } = page(rows, request, ({ deviceId }) => [deviceId]);
    const owners = await ownersOf(tx, accountId, partition, items);
    const virtualMfaDevices = items.map((device) => {
      const { enabledAt, principalId } = device;
      const owner = principalId === null ? undefined : owners.get(principalId);
      return {
        serialNumber: serialNumberOf(device, partition),
        ...(owner ? { user: owner } : {}),
        ...(enabledAt ? { enableDate: enabledAt } : {}),
      };
    });
    return { virtualMfaDevices, ...more };
  }

  /** @throws ApiError DeleteConflict while it is in use */
  async delete(tx: Transaction, { accountId, deviceId, principalId }: MfaDevice): Promise<void> {
    if (principalId !== null) {
      throw new ApiError('DeleteConflict', 'MFA VirtualDevice in use. Must deactivate first.');
    }
    await tx.mfaDevice.delete({ where: { accountId_deviceId: { accountId, deviceId } } });
  }
}

export function newSeed(): Buffer {
  return randomBytes(SEED_BYTES);
}

/** The seed in the formats for authenticator apps. @returns base32, and the otpauth:// URI of the QR code */
export async function shownSeed(
  tx: Transaction,
  accountId: string,
  name: string,
  seed: Uint8Array,
): Promise<{ secret: string; uri: string }> {
  const secret = base32.encode(seed, { padding: false });
  const { alias } = await tx.account.findUniqueOrThrow({ where: { accountId }, select: { alias: true } });
  return { secret, uri: generateURI({ issuer: 'Gatehouse', label: `${name}@${alias ?? accountId}`, secret }) };
}

/** The users of devices by their IDs; the root user, which has no row, under the account's. */
async function ownersOf(
  tx: Transaction,
  accountId: string,
  partition: string,
  devices: readonly Pick<MfaDevice, 'principalId'>[],
): Promise<ReadonlyMap<string, Described['user']>> {
  const ids = devices.flatMap(({ principalId }) => principalId ?? []);
  const users = await tx.identity.findMany({ where: { accountId, identityId: { in: ids } }, omit: { tags: true } });
  const owners = new Map<string, Described['user']>(users.map((row) => [row.identityId, toUser(row, partition)]));
  if (ids.includes(accountId)) {
    const { createdAt } = await tx.account.findUniqueOrThrow({ where: { accountId }, select: { createdAt: true } });
    owners.set(accountId, { userId: accountId, arn: rootArn(partition, accountId), createDate: createdAt });
  }
  return owners;
}
