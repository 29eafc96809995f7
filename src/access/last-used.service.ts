import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.service.js';
import type { Caller } from './caller.js';

interface KeyUse {
  readonly service: string;
  readonly region: string;
  readonly at: Date;
}

/** Notes when access keys were last used. Written in batches, so that no request waits for it. */
@Injectable()
export class LastUsed implements BeforeApplicationShutdown {
  private readonly logger = new Logger(LastUsed.name);
  /** By account, then by access key id: only the newest use of a key counts. */
  private uses = new Map<string, Map<string, KeyUse>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** @param operation e.g. `iam:GetUser`: its prefix is the service */
  note(caller: Caller, operation: string, at: Date): void {
    const { accessKeyId, region = 'us-east-1', credential } = caller.session;
    if (accessKeyId === undefined || credential !== 'accessKey') return;
    const service = operation.slice(0, operation.indexOf(':'));
    const ofAccount = this.uses.get(caller.accountId) ?? new Map<string, KeyUse>();
    this.uses.set(caller.accountId, ofAccount.set(accessKeyId, { service, region, at }));
    this.timer ??= setTimeout(() => void this.flush(), this.settings.lastUsedSeconds * 1000).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flush();
  }

  private async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const uses = this.uses;
    this.uses = new Map();
    for (const [accountId, ofAccount] of uses) {
      try {
        await this.database.forAccount(accountId, async (tx) => {
          for (const [accessKeyId, { service, region, at }] of ofAccount) {
            await tx.accessKey.updateMany({
              where: { accountId, accessKeyId },
              data: { lastUsedAt: at, lastUsedService: service, lastUsedRegion: region },
            });
          }
        });
      } catch (error) {
        this.logger.warn({ err: error, accountId }, 'last-used facts were not written');
      }
    }
  }
}
