import { createHmac } from 'node:crypto';

/** RFC 6238 in a few lines, independent of what the server uses. @param seed base 32 */
export function totp(seed: string, at = Date.now(), step = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000) + step));
  const digest = createHmac('sha1', fromBase32(seed)).update(counter).digest();
  const offset = digest[19]! & 15;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

/** Two codes in a row, the second of which is the current one. */
export function twoCodes(seed: string, at = Date.now()): { authenticationCode1: string; authenticationCode2: string } {
  return { authenticationCode1: totp(seed, at, -1), authenticationCode2: totp(seed, at) };
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
