import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** The library's `Algorithm.Argon2id`, a const enum that isolated modules cannot read. */
const ARGON2ID = 2;

/**
 * argon2id with the first parameters of OWASP's Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane).
 * The library runs it on a thread of its own.
 */
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** @returns a PHC string, e.g. `$argon2id$v=19$m=19456,t=2,p=1$…` */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), PARAMETERS);
}

let decoy: Promise<string> | undefined;

/**
 * @param passwordHash undefined when there is no such principal or it has no password: the same work is done then,
 *   so that the time taken does not tell
 */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomBytes(32).toString('base64'));
  const matches = await verify(passwordHash ?? (await decoy), password.normalize('NFC'));
  return matches && passwordHash !== undefined;
}
