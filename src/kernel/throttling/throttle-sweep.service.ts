import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { Database } from '../database/database.service.js';

const SWEEP_MILLISECONDS = 3_600_000;

/** Deletes the counts of failures that do not matter any more. */
@Injectable()
export class ThrottleSweep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ThrottleSweep.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep(), SWEEP_MILLISECONDS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    const expired = { expiresAt: { lt: this.clock.now() } };
    try {
      await this.database.forPlatform((tx) => tx.throttle.deleteMany({ where: expired }));
    } catch (error) {
      this.logger.warn({ err: error }, 'old failures were not deleted');
    }
  }
}
