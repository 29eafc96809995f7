import type { LocateScope } from '../../access/actions/action.js';
import type { Target } from '../../access/actions/target.js';
import { formatArn, parseArn } from '../../kernel/arn.js';
import { tagsColumn } from '../../kernel/tags.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { MfaDevice } from '../../generated/prisma/client.js';

/** The serial number of a device: an ARN, or the number of a hardware token. */
export function serialNumberOf(
  { accountId, deviceId, kind }: Pick<MfaDevice, 'accountId' | 'deviceId' | 'kind'>,
  partition: string,
): string {
  return kind === 'hardware' ? deviceId : deviceArn(partition, accountId, deviceId);
}

/** `arn:aws:iam::123456789012:mfa/phone` */
export function deviceArn(partition: string, accountId: string, deviceId: string): string {
  return formatArn({ partition, service: 'iam', region: '', accountId, resource: deviceId });
}

/**
 * INVARIANT: a device has exactly one serial number, because policies are decided on it.
 *
 * @returns undefined if the serial number is an ARN of another account or of another kind of resource
 */
export function deviceIdOf(serialNumber: string, accountId: string, partition: string): string | undefined {
  if (!serialNumber.includes('/')) return serialNumber;
  const deviceId = parseArn(serialNumber)?.resource;
  const isOurs = deviceId !== undefined && serialNumber === deviceArn(partition, accountId, deviceId);
  return isOurs && /^(?:mfa|u2f)\//.test(deviceId) ? deviceId : undefined;
}

/** A device of the account; the caller checks whose it is. */
export async function findMfaDevice(
  { tx, accountId, partition }: { tx: Transaction; accountId: string; partition: string },
  serialNumber: string,
): Promise<MfaDevice | undefined> {
  const deviceId = deviceIdOf(serialNumber, accountId, partition);
  if (deviceId === undefined) return undefined;
  const where = { accountId_deviceId: { accountId, deviceId } };
  return (await tx.mfaDevice.findUnique({ where })) ?? undefined;
}

export function missingDevice(serialNumber: string): string {
  return `MFA Device with serial number ${serialNumber} does not exist.`;
}

/**
 * A virtual device or security key as a resource, for example to be tagged. Hardware tokens have no ARN, so they are
 * not resources.
 */
export async function locateMfaDevice(
  scope: Omit<LocateScope<unknown>, 'input'>,
  serialNumber: string,
): Promise<Target<MfaDevice>> {
  const row = await findMfaDevice(scope, serialNumber);
  return row && row.kind !== 'hardware'
    ? { arn: serialNumber, tags: tagsColumn.read(row.tags), row }
    : { arn: serialNumber, missing: missingDevice(serialNumber) };
}
