import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.service.js';

/** When a service was last used by an account's principals, and in which region. */
export interface AccessFact {
  readonly namespace: string;
  readonly lastUsedAt: Date;
  readonly region: string | undefined;
}

/** The known use of services: the last use of each access key. */
@Injectable()
export class AccessFacts {
  constructor(private readonly database: Database) {}

  /** The latest use of each service among the last uses of an account's access keys. */
  async ofAccount(accountId: string): Promise<AccessFact[]> {
    const keys = await this.database.forAccount(accountId, (tx) =>
      tx.accessKey.findMany({
        where: { accountId, lastUsedAt: { not: null } },
        orderBy: { lastUsedAt: 'asc' },
        select: { lastUsedAt: true, lastUsedService: true, lastUsedRegion: true },
      }),
    );
    const newest = new Map<string, AccessFact>();
    for (const { lastUsedAt, lastUsedService, lastUsedRegion } of keys) {
      if (!lastUsedAt || lastUsedService === null) continue;
      const fact = { namespace: lastUsedService, lastUsedAt, region: lastUsedRegion ?? undefined };
      newest.set(lastUsedService, fact);
    }
    return [...newest.values()];
  }
}
