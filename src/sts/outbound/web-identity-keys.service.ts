import { Injectable } from '@nestjs/common';
import type { JWK } from 'jose';
import { type KeyAlgorithm, KeyRing } from '../../access/tokens/key-ring.js';
import { Background } from '../../kernel/background/background.service.js';
import { Clock } from '../../kernel/clock/clock.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database } from '../../kernel/database/database.service.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';

/** Seconds. Source: STS API reference, GetWebIdentityToken. */
export const LONGEST_TOKEN = 3600;

export const webIdentityAlgorithms = ['RS256', 'ES384'] as const satisfies readonly KeyAlgorithm[];

export type WebIdentityAlgorithm = (typeof webIdentityAlgorithms)[number];

/** The keys that sign web identity tokens for external services. The first ones are created at the first request. */
@Injectable()
export class WebIdentityKeys {
  private readonly rings: Readonly<Record<WebIdentityAlgorithm, KeyRing>>;

  constructor(database: Database, secrets: SecretBox, settings: Settings, clock: Clock, background: Background) {
    const ring = (algorithm: WebIdentityAlgorithm) =>
      new KeyRing(algorithm, LONGEST_TOKEN, database, secrets, settings, clock, background);
    this.rings = { RS256: ring('RS256'), ES384: ring('ES384') };
  }

  async current(algorithm: WebIdentityAlgorithm) {
    await this.rings[algorithm].open();
    return this.rings[algorithm].current();
  }

  /** The public keys as a JWK Set (RFC 7517 §5). */
  async publicKeys(): Promise<{ keys: JWK[] }> {
    const rings = Object.values(this.rings);
    // One after the other, because each may have to create its first key.
    for (const ring of rings) {
      await ring.open();
      await ring.current();
    }
    return { keys: rings.flatMap((ring) => ring.publicKeys().keys) };
  }
}
