import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../kernel/clock/clock.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database } from '../../kernel/database/database.service.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { KeyRing } from './key-ring.js';

/** RFC 8037: Ed25519 in JOSE. */
export const SIGNING_ALGORITHM = 'EdDSA';

/** The keys that sign access tokens. */
@Injectable()
export class SigningKeys extends KeyRing implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(database: Database, secrets: SecretBox, settings: Settings, clock: Clock) {
    super(SIGNING_ALGORITHM, settings.accessTokenSeconds, database, secrets, settings, clock);
  }

  onApplicationBootstrap(): Promise<void> {
    return this.open();
  }

  onApplicationShutdown(): void {
    this.close();
  }
}
