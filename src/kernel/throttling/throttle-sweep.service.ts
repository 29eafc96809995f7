import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Background } from '../background/background.service.js';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.service.js';

const MILLISECONDS_BETWEEN_SWEEPS = 3_600_000;

/** Deletes the counts of failures that do not matter any more. */
@Injectable()
export class ThrottleSweep implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly background: Background,
  ) {}

  onApplicationBootstrap(): void {
    this.background.periodic({
      name: ThrottleSweep.name,
      interval: MILLISECONDS_BETWEEN_SWEEPS,
      startsLater: true,
      run: () => this.sweep(),
      failure: 'old failures were not deleted',
    });
  }

  private async sweep(): Promise<void> {
    const expired = { expiresAt: { lt: this.clock.now() } };
    await this.database.forPlatform((tx) => tx.throttle.deleteMany({ where: expired }));
  }
}
