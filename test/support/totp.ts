import { createHmac } from 'node:crypto';

/** A device that shows codes. */
export interface OathToken {
  readonly seed: Buffer;
  readonly type: 'totp' | 'hotp';
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  readonly digits: 6 | 8;
}

export interface TwoCodes {
  readonly authenticationCode1: string;
  readonly authenticationCode2: string;
}

/** RFC 4226 in a few lines, independent of the server's implementation. */
function hotp({ seed, algorithm, digits }: OathToken, count: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(count));
  const digest = createHmac(algorithm, seed).update(counter).digest();
  const offset = digest.at(-1)! & 15;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits).padStart(digits, '0');
}

const stepOf = (at: number) => Math.floor(at / 30_000);

/** RFC 6238, like every authenticator app. @param seed base32 */
export function totp(seed: string, at = Date.now()): string {
  return hotp({ seed: fromBase32(seed), type: 'totp', algorithm: 'sha1', digits: 6 }, stepOf(at));
}

/** Two consecutive codes of an authenticator app, the second of which is the current one. */
export function twoCodes(seed: string, at = Date.now()): TwoCodes {
  return { authenticationCode1: totp(seed, at - 30_000), authenticationCode2: totp(seed, at) };
}

/** Two consecutive codes of any device. @param from steps from now (TOTP); the counter (HOTP) */
export function codesAround(token: OathToken, from: number): TwoCodes {
  const first = token.type === 'hotp' ? from : stepOf(Date.now()) - 1 + from;
  return { authenticationCode1: hotp(token, first), authenticationCode2: hotp(token, first + 1) };
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}
