import { createPublicKey } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { ApiError } from '../../kernel/errors/errors.js';

/** RFC 9053, tables 4, 18 and 19: key type EC2, algorithm ES256, curve P-256. */
const COSE_EC2 = [
  [1, 2],
  [3, -7],
  [-1, 1],
] as const;

/**
 * A U2F public key (an uncompressed P-256 point) in COSE format.
 *
 * Source: FIDO 2.1 CTAP, §3.1.5.1.
 *
 * @throws ApiError InvalidInput
 */
export function coseOfU2fKey(point: Buffer): Uint8Array<ArrayBuffer> {
  const [x, y] = [point.subarray(1, 33), point.subarray(33)];
  const isPoint = point.length === 65 && point[0] === 4 && isOnCurve(x, y);
  if (!isPoint) throw new ApiError('InvalidInput', 'publicKey must be an uncompressed P-256 point of 65 bytes.');
  const key = new Map<number, number | Uint8Array>([...COSE_EC2, [-2, new Uint8Array(x)], [-3, new Uint8Array(y)]]);
  return new Uint8Array(isoCBOR.encode(key));
}

function isOnCurve(x: Buffer, y: Buffer): boolean {
  try {
    const jwk = { kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') };
    return createPublicKey({ key: jwk, format: 'jwk' }).asymmetricKeyType === 'ec';
  } catch {
    return false;
  }
}
