/**
 * `node totp.mjs <seed file> <steps from now>` prints the code of an authenticator app: RFC 6238, six digits, from a
 * seed in base32.
 */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [file, steps] = process.argv.slice(2);
const bits = [...readFileSync(file, 'utf8').trim()].map((letter) =>
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
);
const seed = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
const counter = Buffer.alloc(8);
counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + Number(steps)));
const digest = createHmac('sha1', seed).update(counter).digest();
const code = (digest.readUInt32BE(digest.at(-1) & 15) & 0x7fff_ffff) % 1_000_000;
process.stdout.write(String(code).padStart(6, '0'));
