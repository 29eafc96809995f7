import { Injectable } from '@nestjs/common';
import { arnName } from '../../kernel/arn.js';
import { invalidMarker, type Page, page, pageRequest } from '../../kernel/paging/paging.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { AuditEvent, Prisma } from '../../generated/prisma/client.js';
import { readEvents, sizeOfEvent } from '../trail/read-events.js';

/** The filter for events; absent members match everything. */
export interface AuditFilter {
  readonly startTime?: Date | undefined;
  readonly endTime?: Date | undefined;
  /** An ARN or its last part: the name of a user or a role session, or `root`. */
  readonly principal?: string | undefined;
  /** An ARN or its last part. */
  readonly target?: string | undefined;
  /** One of these full names: `iam:CreateUser`. */
  readonly operations?: readonly string[] | undefined;
  readonly outcome?: string | undefined;
  readonly more?: Prisma.AuditEventWhereInput | undefined;
}

interface Paging {
  readonly marker?: string | undefined;
  readonly maxItems?: number | undefined;
}

/** Reads an account's audit log. */
@Injectable()
export class AuditLogService {
  /**
   * Newest first. The marker contains time and sequence, which rise together: events that are appended in the meantime
   * do not affect the paging.
   *
   * @throws ApiError ValidationError if the marker is invalid
   */
  async find(tx: Transaction, accountId: string, filter: AuditFilter, paging: Paging): Promise<Page<AuditEvent>> {
    const request = pageRequest(paging);
    const { events } = await readEvents(request.take, (last, take) => {
      const after = last ? keyOf(last) : request.after;
      return tx.auditEvent.findMany({
        where: { AND: [whereOf(accountId, filter), ...(after ? [olderThan(after)] : [])] },
        orderBy: [{ eventTime: 'desc' }, { sequence: 'desc' }],
        take,
      });
    });
    return page(events, request, keyOf, sizeOfEvent);
  }
}

function keyOf({ eventTime, sequence }: AuditEvent): readonly [string, string] {
  return [eventTime.toISOString(), String(sequence)];
}

export function whereOf(accountId: string, filter: AuditFilter): Prisma.AuditEventWhereInput {
  const { startTime, endTime, principal, target, operations, outcome, more } = filter;
  return {
    accountId,
    eventTime: { ...(startTime ? { gte: startTime } : {}), ...(endTime ? { lte: endTime } : {}) },
    ...(principal === undefined ? {} : { callerName: arnName(principal) }),
    ...(principal?.startsWith('arn:') ? { callerArn: principal } : {}),
    ...(target === undefined ? {} : { resourceName: arnName(target) }),
    ...(target?.startsWith('arn:') ? { resourceArn: target } : {}),
    ...(operations === undefined ? {} : { operation: { in: [...operations] } }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(more === undefined ? {} : { AND: more }),
  };
}

function olderThan([time, sequence]: readonly string[]): Prisma.AuditEventWhereInput {
  const eventTime = new Date(time ?? '');
  if (!/^\d{1,18}$/.test(sequence ?? '') || Number.isNaN(eventTime.getTime())) {
    throw invalidMarker();
  }
  return { eventTime: { lte: eventTime }, sequence: { lt: BigInt(sequence!) } };
}
