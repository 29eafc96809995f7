import { randomBytes, randomInt } from 'node:crypto';

/** RFC 4648 §6. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The kind of object that an ID belongs to. Source: IAM User Guide, "IAM identifiers", unique identifiers. */
export type UniqueIdPrefix = 'AIDA' | 'AGPA' | 'AROA' | 'ANPA' | 'AIPA' | 'ANVA' | 'ASCA' | 'APKA' | 'ACCA';

/** 21 characters, e.g. `AIDACKCEVSQ6C2EXAMPLE`. */
export function newUniqueId(prefix: UniqueIdPrefix): string {
  return uniqueIdFrom(prefix, randomBytes(17));
}

/** @param bytes at least 17; the same bytes produce the same ID */
export function uniqueIdFrom(prefix: UniqueIdPrefix, bytes: Uint8Array): string {
  return prefix + Array.from(bytes.subarray(0, 17), (byte) => BASE32[byte & 31]).join('');
}

/** 12 digits, the first not zero, so that programs that treat it as a number do not shorten it. */
export function newAccountId(): string {
  return String(randomInt(1, 10)) + String(randomInt(0, 100_000_000_000)).padStart(11, '0');
}

const ACCOUNT_ID_BITS = 40n;
const RANDOM_BITS = 39n;

/**
 * 20 characters: the prefix, then in base32 one set bit, the account ID (40 bits) and 39 random bits. The account ID is
 * at the same position as in AWS's IDs, so the published methods of reading it from a key ID work.
 */
export function newAccessKeyId(prefix: 'AKIA' | 'ASIA', accountId: string): string {
  const random = BigInt(`0x${randomBytes(5).toString('hex')}`) & ((1n << RANDOM_BITS) - 1n);
  let bits = (1n << (ACCOUNT_ID_BITS + RANDOM_BITS)) | (BigInt(accountId) << RANDOM_BITS) | random;
  let text = '';
  for (let index = 0; index < 16; index += 1) {
    text = BASE32[Number(bits & 31n)]! + text;
    bits >>= 5n;
  }
  return prefix + text;
}

/** @returns the 12-digit account ID in an access key ID; undefined if it does not have Gatehouse's format */
export function accountIdOfAccessKeyId(accessKeyId: string): string | undefined {
  if (!/^A(?:KIA|SIA)[A-Z2-7]{16}$/.test(accessKeyId)) return undefined;
  const digit = (index: number) => BASE32.indexOf(accessKeyId.charAt(index));
  // Eight digits contain the set bit and the account ID except its last bit, which is the first of the ninth digit.
  let bits = 0;
  for (let index = 4; index < 12; index += 1) bits = bits * 32 + digit(index);
  if (bits < 2 ** 39) return undefined;
  const accountId = (bits - 2 ** 39) * 2 + (digit(12) >> 4);
  return accountId < 1_000_000_000_000 ? String(accountId).padStart(12, '0') : undefined;
}

/** 40 characters of base64, 240 random bits, as long as AWS's secret access keys. */
export function newSecretAccessKey(): string {
  return randomBytes(30).toString('base64');
}
