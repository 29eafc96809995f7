import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { generateURI, ScureBase32Plugin } from 'otplib';
import { toBuffer } from 'qrcode';
import type { z } from 'zod';
import type { OperationContext } from '../access/operations/operation.js';
import { rootArn } from '../common/arn.js';
import { ApiError } from '../common/errors.js';
import { page, pageRequest } from '../common/paging.js';
import { quotas, requireBelowQuota } from '../common/quotas.js';
import { toTags } from '../common/tags.js';
import type { Transaction } from '../database/database.service.js';
import type { MfaDevice } from '../generated/prisma/client.js';
import { toUser } from '../users/users.service.js';
import { serialNumberOf } from './mfa-device.target.js';
import { OathDevicesService } from './oath-devices.service.js';
import type {
  createVirtualDeviceInput,
  createVirtualDeviceOutput,
  listVirtualDevicesInput,
  listVirtualDevicesOutput,
} from './virtual-devices.schema.js';

/** Bytes of a seed: 64 characters in base 32, as many as AWS's seeds have. */
const SEED_BYTES = 40;
const PERIOD = 30;
const base32 = new ScureBase32Plugin();

type Described = z.input<typeof listVirtualDevicesOutput>['virtualMfaDevices'][number];

/** Apps that show codes: six digits, every thirty seconds, SHA-1, because that is what all of them can. */
@Injectable()
export class VirtualDevicesService {
  constructor(private readonly oath: OathDevicesService) {}

  /** @throws ApiError EntityAlreadyExists, LimitExceeded */
  async create(
    { tx, accountId, partition }: OperationContext,
    { virtualMfaDeviceName: name, path = '/', tags }: z.output<typeof createVirtualDeviceInput>,
  ): Promise<z.input<typeof createVirtualDeviceOutput>['virtualMfaDevice']> {
    const deviceId = `mfa${path}${name}`;
    if ((await tx.mfaDevice.count({ where: { accountId, deviceId } })) > 0) {
      throw new ApiError('EntityAlreadyExists', 'MFA device already exists.');
    }
    const existing = await tx.mfaDevice.count({ where: { accountId, kind: 'virtual' } });
    requireBelowQuota('VirtualMFADevicesPerAccount', existing, quotas.virtualMfaDevicesPerAccount);
    const device = await tx.mfaDevice.create({ data: { accountId, deviceId, kind: 'virtual', tags: toTags(tags) } });
    const seed = randomBytes(SEED_BYTES);
    await this.oath.store(tx, device, { seed, type: 'totp', algorithm: 'sha1', digits: 6, period: PERIOD });
    const secret = base32.encode(seed, { padding: false });
    const { alias } = await tx.account.findUniqueOrThrow({ where: { accountId }, select: { alias: true } });
    const uri = generateURI({ issuer: 'Gatehouse', label: `${name}@${alias ?? accountId}`, secret });
    return {
      serialNumber: serialNumberOf(device, partition),
      base32StringSeed: Buffer.from(secret).toString('base64'),
      qrCodePng: (await toBuffer(uri, { type: 'png' })).toString('base64'),
      ...(tags?.length ? { tags } : {}),
    };
  }

  /** Ordered by serial number. Seeds and tags are left out. */
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

  /** @throws ApiError DeleteConflict while somebody uses it */
  async delete(tx: Transaction, { accountId, deviceId, principalId }: MfaDevice): Promise<void> {
    if (principalId !== null) {
      throw new ApiError('DeleteConflict', 'MFA VirtualDevice in use. Must deactivate first.');
    }
    await tx.mfaDevice.delete({ where: { accountId_deviceId: { accountId, deviceId } } });
  }
}

/** The users of devices by their ids; the root user, which is no row, under the account's. */
async function ownersOf(
  tx: Transaction,
  accountId: string,
  partition: string,
  devices: readonly MfaDevice[],
): Promise<ReadonlyMap<string, Described['user']>> {
  const ids = devices.flatMap(({ principalId }) => principalId ?? []);
  const users = await tx.identity.findMany({ where: { accountId, identityId: { in: ids } } });
  const owners = new Map<string, Described['user']>(users.map((row) => [row.identityId, toUser(row, partition)]));
  if (ids.includes(accountId)) {
    const { createdAt } = await tx.account.findUniqueOrThrow({ where: { accountId }, select: { createdAt: true } });
    owners.set(accountId, { userId: accountId, arn: rootArn(partition, accountId), createDate: createdAt });
  }
  return owners;
}
