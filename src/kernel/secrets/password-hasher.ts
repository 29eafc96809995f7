import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { Turns } from '../turns.js';
import { Settings } from '../config/settings.js';

/** The library's `Algorithm.Argon2id`, a const enum that isolated modules cannot read. */
const ARGON2ID = 2;

/**
 * Hashes and verifies passwords with argon2id, with the cost in the settings.
 *
 * The library uses threads outside of the main thread. One processor is left to the main thread, so that other requests
 * do not wait for password hashes (docs/decisions/0006-password-hashing-concurrency.md).
 */
@Injectable()
export class PasswordHasher {
  private readonly parameters;
  private readonly turns = new Turns(Math.max(1, availableParallelism() - 1));
  private decoy: Promise<string> | undefined;

  constructor({ argon2MemoryKibibytes, argon2Passes, argon2Lanes }: Settings) {
    this.parameters = {
      algorithm: ARGON2ID,
      memoryCost: argon2MemoryKibibytes,
      timeCost: argon2Passes,
      parallelism: argon2Lanes,
    };
  }

  /**
   * @returns a PHC string, such as `$argon2id$v=19$m=19456,t=2,p=1$…`
   * @throws ApiError Throttling if too many hashes are waiting
   */
  hash(password: string): Promise<string> {
    return this.turns.take(() => hash(password.normalize('NFC'), this.parameters));
  }

  /**
   * @param passwordHash undefined if there is no such principal or it has no password: the same work is then done, so
   *   that the response time does not reveal it
   * @throws ApiError Throttling if too many hashes are waiting
   */
  async verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    this.decoy ??= hash(randomBytes(32).toString('base64'), this.parameters);
    const compared = passwordHash ?? (await this.decoy);
    const matches = await this.turns.take(() => verify(compared, password.normalize('NFC')));
    return matches && passwordHash !== undefined;
  }

  /** The hash was created with other parameters than the current ones. */
  isOutdated(passwordHash: string): boolean {
    const { memoryCost, timeCost, parallelism } = this.parameters;
    return !passwordHash.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
  }
}
