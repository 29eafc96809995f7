import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Transaction } from '../kernel/database/database.service.js';
import { SecretBox } from '../kernel/secrets/secret-box.js';

const LIFETIME_MILLISECONDS = 5 * 60_000;

/** Maximum number of expired challenges that are deleted with every response. */
const SWEPT_AT_ONCE = 100;

const sealedChallenge = z.object({ challenge: z.string(), usesCookie: z.boolean(), expiresAt: z.coerce.date() });

/** A passkey challenge, and the kind of session it is for. */
export type PasskeyChallenge = z.output<typeof sealedChallenge>;

/**
 * The tokens of sign-ins that begin with a passkey. Everyone who opens the page gets one, so they are not stored until
 * they are answered: the token is sealed, and only the fact that it was answered is stored, for all replicas.
 */
@Injectable()
export class PasskeyChallenges {
  private readonly box: SecretBox;

  constructor(secrets: SecretBox) {
    this.box = secrets.derive('passkey-challenge');
  }

  issue(challenge: string, usesCookie: boolean, now: Date): string {
    const expiresAt = new Date(now.getTime() + LIFETIME_MILLISECONDS);
    const content = JSON.stringify({ challenge, usesCookie, expiresAt } satisfies PasskeyChallenge);
    return this.box.seal(Buffer.from(content), []).toString('base64url');
  }

  /**
   * Takes the token: whatever the result, it is not accepted again.
   *
   * @param tx in the scope of the platform
   * @returns undefined if it is invalid, has expired, or was answered
   */
  async take(tx: Transaction, token: string, now: Date): Promise<PasskeyChallenge | undefined> {
    const found = this.read(token);
    if (!found || found.expiresAt <= now) return undefined;
    const { challenge, expiresAt } = found;
    await tx.$executeRaw`DELETE FROM answered_passkey_challenges WHERE challenge IN (
      SELECT challenge FROM answered_passkey_challenges WHERE expires_at < ${now}
      LIMIT ${SWEPT_AT_ONCE} FOR UPDATE SKIP LOCKED)`;
    const inserted = await tx.$executeRaw`INSERT INTO answered_passkey_challenges (challenge, expires_at)
      VALUES (${challenge}, ${expiresAt}) ON CONFLICT DO NOTHING`;
    return inserted === 1 ? found : undefined;
  }

  private read(token: string): PasskeyChallenge | undefined {
    try {
      const content = this.box.open(Buffer.from(token, 'base64url'), []).toString();
      return sealedChallenge.parse(JSON.parse(content));
    } catch {
      return undefined;
    }
  }
}
