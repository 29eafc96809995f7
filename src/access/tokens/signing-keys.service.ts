import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Background } from '../../kernel/background/background.service.js';
import { Clock } from '../../kernel/clock/clock.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database } from '../../kernel/database/database.service.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { KeyRing } from './key-ring.js';

/** RFC 8037: Ed25519 in JOSE. */
export const SIGNING_ALGORITHM = 'EdDSA';

/** The keys that sign access tokens. */
@Injectable()
export class SigningKeys extends KeyRing implements OnApplicationBootstrap {
  constructor(database: Database, secrets: SecretBox, settings: Settings, clock: Clock, background: Background) {
    super(SIGNING_ALGORITHM, settings.accessTokenSeconds, database, secrets, settings, clock, background);
  }

  onApplicationBootstrap(): Promise<void> {
    return this.open();
  }
}
