import { createHmac, randomInt } from 'node:crypto';

/** Base32 (RFC 4648): no digit looks like a letter. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** `ABCDE-FGHIJ-KLMNO-PQRST`: 100 random bits. */
export function newRecoveryCode(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** As typed by people: case, spaces and hyphens are ignored. */
export function recoveryCodeHash(key: Uint8Array, code: string): Buffer {
  return createHmac('sha256', key).update(code.replace(/[\s-]/g, '').toUpperCase()).digest();
}
