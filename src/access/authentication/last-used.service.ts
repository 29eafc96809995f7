import { Injectable, Logger } from '@nestjs/common';
import type { BackgroundWork } from '../../kernel/background/background-work.js';
import { Background } from '../../kernel/background/background.service.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import type { Caller } from '../actions/caller.js';

interface Use {
  readonly service: string;
  readonly region: string;
  readonly at: Date;
}

/** Records when access keys and roles were last used. Writes in batches, so that requests do not wait. */
@Injectable()
export class LastUsed {
  private readonly logger = new Logger(LastUsed.name);
  /** By account, then by access key ID or unique ID of a role: only the latest use counts. */
  private uses = new Map<string, Map<string, Use>>();
  private readonly writing: BackgroundWork;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    background: Background,
  ) {
    const run = () => this.writeWaiting();
    this.writing = background.batched({ name: LastUsed.name, run, failure: 'last-used facts were not written' });
  }

  /** @param operation such as `iam:GetUser`: its prefix is the service */
  note(caller: Caller, operation: string, at: Date): void {
    const { region = 'us-east-1' } = caller.session;
    const id = usedId(caller);
    if (id === undefined) return;
    const service = operation.slice(0, operation.indexOf(':'));
    const ofAccount = this.uses.get(caller.accountId) ?? new Map<string, Use>();
    this.uses.set(caller.accountId, ofAccount.set(id, { service, region, at }));
    this.writing.wakeWithin(this.settings.lastUsedSeconds * 1000);
  }

  private async writeWaiting(): Promise<void> {
    const { uses } = this;
    this.uses = new Map();
    for (const [accountId, ofAccount] of uses) {
      try {
        await this.database.forAccount(accountId, async (tx) => {
          for (const [id, use] of ofAccount) await write(tx, accountId, id, use);
        });
      } catch (error) {
        this.logger.warn({ err: error, accountId }, 'writing the last-used times failed');
      }
    }
  }
}

/** A long-term key is used directly, a role through any of its sessions. */
function usedId({ principal, identityId, session }: Caller): string | undefined {
  if (principal.type === 'assumedRole') return identityId;
  return session.credential === 'accessKey' ? session.accessKeyId : undefined;
}

async function write(tx: Transaction, accountId: string, id: string, { service, region, at }: Use): Promise<void> {
  if (id.startsWith('AROA')) {
    const data = { roleLastUsedAt: at, roleLastUsedRegion: region };
    await tx.identity.updateMany({ where: { accountId, identityId: id }, data });
  } else {
    const data = { lastUsedAt: at, lastUsedService: service, lastUsedRegion: region };
    const where = { accountId, accessKeyId: id };
    const { count } = await tx.accessKey.updateMany({ where, data });
    if (count === 0) await tx.serviceAccessKey.updateMany({ where, data });
  }
}
