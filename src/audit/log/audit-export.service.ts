import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.service.js';
import { type AuditFilter, whereOf } from './audit-log.service.js';
import { describeEvent } from './describe-event.js';
import { readEvents } from '../trail/read-events.js';

/** Maximum events per transaction and in memory; fewer if they are large. */
const BATCH = 500;

@Injectable()
export class AuditExportService {
  constructor(private readonly database: Database) {}

  /**
   * The events in the order of the chain, one JSON object per line. Each batch is a separate transaction that starts
   * when the client has received the previous batch: a slow client uses neither memory nor a connection.
   *
   * @param after starts after this sequence
   */
  async *lines(accountId: string, filter: AuditFilter, after: bigint): AsyncGenerator<string> {
    for (let last = after; ;) {
      const { events, isEnd } = await this.database.forAccount(accountId, (tx) =>
        readEvents(BATCH, (before, take) =>
          tx.auditEvent.findMany({
            where: { AND: [whereOf(accountId, filter), { sequence: { gt: before?.sequence ?? last } }] },
            orderBy: { sequence: 'asc' },
            take,
          }),
        ),
      );
      if (events.length > 0) yield events.map((event) => `${JSON.stringify(describeEvent(event))}\n`).join('');
      if (isEnd) return;
      last = events.at(-1)!.sequence;
    }
  }
}
