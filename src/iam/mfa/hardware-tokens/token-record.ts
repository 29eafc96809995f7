import { ApiError } from '../../../kernel/errors/errors.js';
import type { NewOathSecret } from '../oath-devices.service.js';

/** A token in an import file. */
export interface TokenRecord extends NewOathSecret {
  readonly serialNumber: string;
  readonly manufacturer: string;
  /** HOTP: the counter of the next code. */
  readonly counter: number;
}

const ALGORITHMS = ['sha1', 'sha256', 'sha512'] as const;
/** Bytes. RFC 4226 §4, R6 requires 128 bits. */
const SHORTEST_SEED = 16;
const LONGEST_SEED = 128;

/** The values of a token in an import file, as text. Absent members take the defaults of RFC 4226 and RFC 6238. */
export interface RawToken {
  readonly serialNumber: string;
  readonly manufacturer?: string | undefined;
  readonly seed: Uint8Array;
  readonly type: string;
  /** `sha1`, `HMAC-SHA256`, `HmacSHA512` */
  readonly algorithm?: string | undefined;
  readonly digits?: string | undefined;
  readonly period?: string | undefined;
  readonly counter?: string | undefined;
}

/**
 * @param where such as `line 3`, for the error
 * @throws ApiError InvalidInput
 */
export function toTokenRecord(raw: RawToken, where: string): TokenRecord {
  const refuse = (what: string): never => {
    throw new ApiError('InvalidInput', `${where}: ${what}.`);
  };
  const { serialNumber, manufacturer = '', seed, type } = raw;
  if (!/^[A-Za-z0-9][\w+=,.@-]{8,63}$/.test(serialNumber)) refuse('a serial number must have 9 to 64 characters');
  if (manufacturer.length > 128) refuse('the manufacturer must have at most 128 characters');
  if (seed.length < SHORTEST_SEED || seed.length > LONGEST_SEED) refuse('a seed must have 16 to 128 bytes');
  if (type !== 'totp' && type !== 'hotp') return refuse('the type must be totp or hotp');
  const name = (raw.algorithm || 'sha1').toLowerCase().replace(/^hmac-?/, '');
  const algorithm =
    ALGORITHMS.find((known) => known === name) ?? refuse('the algorithm must be SHA1, SHA256 or SHA512');
  const digits = number(raw.digits, 6);
  if (digits !== 6 && digits !== 8) return refuse('a code must have 6 or 8 digits');
  const period = number(raw.period, 30);
  if (period !== 30 && period !== 60) return refuse('a time step must have 30 or 60 seconds');
  const counter = number(raw.counter, 0);
  if (!Number.isSafeInteger(counter) || counter < 0) refuse('the counter must be an integer');
  const common = { serialNumber, manufacturer, seed, algorithm, digits, counter } as const;
  return type === 'totp' ? { ...common, type, period } : { ...common, type };
}

function number(text: string | undefined, fallback: number): number {
  return text === undefined || text === '' ? fallback : Number(text);
}
