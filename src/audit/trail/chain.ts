import { createHash } from 'node:crypto';
import type { AuditEvent } from '../../generated/prisma/client.js';

/**
 * The members that an event's hash covers, in this order. The hash of the previous event determines its position in the
 * chain.
 */
export const HASHED_MEMBERS = [
  'accountId',
  'eventTime',
  'eventId',
  'requestId',
  'operation',
  'readOnly',
  'callerArn',
  'callerId',
  'callerName',
  'credential',
  'accessKeyId',
  'sessionId',
  'mfaAuthenticated',
  'resourceArn',
  'resourceName',
  'input',
  'outcome',
  'reason',
  'sourceIp',
  'userAgent',
] as const satisfies readonly (keyof AuditEvent)[];

export type HashedEvent = Pick<AuditEvent, (typeof HASHED_MEMBERS)[number]>;

export type Hash = Uint8Array<ArrayBuffer>;

/** The predecessor of an account's first event. */
export const GENESIS: Hash = new Uint8Array(32);

/**
 * SHA-256 over the hash of the previous event (32 bytes) and the canonical form of the event: the JSON array, without
 * white space and in UTF-8, of the values of `HASHED_MEMBERS`, with the time as in `2026-11-25T03:00:00.000Z`.
 */
export function chainHash(previousHash: Uint8Array, event: HashedEvent): Hash {
  const canonical = JSON.stringify(HASHED_MEMBERS.map((name) => event[name]));
  return new Uint8Array(createHash('sha256').update(previousHash).update(canonical, 'utf8').digest());
}

/** The column of `callerArn` is `caller_arn`. */
export function columnOf(member: (typeof HASHED_MEMBERS)[number]): string {
  return member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
