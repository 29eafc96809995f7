import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation, StreamingOperation } from '../../operations/operation.decorator.js';
import { AuditExportService } from './audit-export.service.js';
import { type AuditFilter, AuditLogService } from './audit-log.service.js';
import {
  exportAuditEventsInput,
  listAuditEventsInput,
  listAuditEventsOutput,
  verifyAuditLogInput,
  verifyAuditLogOutput,
} from './audit.schema.js';
import { ChainVerifier } from '../verification/chain-verifier.service.js';
import { describeEvent } from './describe-event.js';

const DEFAULT_MAX_EVENTS = 1000;

@Controller()
export class AuditController {
  constructor(
    private readonly log: AuditLogService,
    private readonly verifier: ChainVerifier,
    private readonly exports: AuditExportService,
  ) {}

  @Operation({
    name: 'gatehouse:ListAuditEvents',
    summary: "List the events of the account's audit log",
    description: 'Returns the newest events first. Principal and target are an ARN, or the last part of an ARN.',
    route: 'GET /v1/audit-events',
    accessLevel: 'List',
    input: listAuditEventsInput,
    output: listAuditEventsOutput,
    errors: [],
  })
  async listAuditEvents(
    { marker, maxItems, ...filter }: z.output<typeof listAuditEventsInput>,
    { tx, accountId }: OperationContext,
  ) {
    const { items, ...paging } = await this.log.find(tx, accountId, filterOf(filter), { marker, maxItems });
    return { events: items.map(describeEvent), ...paging };
  }

  @Operation({
    name: 'gatehouse:VerifyAuditLog',
    summary: 'Verify the hash chain of the audit log',
    description:
      'Verifies a part of the chain and reports where it is broken: modified, missing or reordered ' +
      'events, or a truncated end. Call it again with `after` = `lastSequence` until `isEnd` is true.',
    route: 'GET /v1/audit-events/verification',
    accessLevel: 'Read',
    longWork: true,
    input: verifyAuditLogInput,
    output: verifyAuditLogOutput,
    errors: [],
  })
  async verifyAuditLog(
    { after = 0, maxEvents = DEFAULT_MAX_EVENTS }: z.output<typeof verifyAuditLogInput>,
    { tx, accountId }: OperationContext,
  ) {
    const segment = await this.verifier.verify(tx, accountId, BigInt(after), maxEvents);
    return {
      isIntact: segment.problems.length === 0,
      verifiedEvents: segment.events,
      lastSequence: Number(segment.lastSequence),
      isEnd: segment.isEnd,
      problems: segment.problems.map((problem) => ({ ...problem, sequence: Number(problem.sequence) })),
    };
  }

  @StreamingOperation({
    name: 'gatehouse:ExportAuditEvents',
    summary: 'Export the audit log as lines of JSON',
    description:
      'Returns a stream of newline-delimited JSON in the order of the chain. Each line is an event as ' +
      'in ListAuditEvents. To resume an interrupted transfer, set `after` to the last `sequence` ' +
      'received.',
    route: 'GET /v1/audit-events/export',
    accessLevel: 'Read',
    streams: 'application/x-ndjson',
    input: exportAuditEventsInput,
    errors: ['LimitExceeded'],
  })
  exportAuditEvents(
    { after = 0, ...filter }: z.output<typeof exportAuditEventsInput>,
    { accountId }: OperationContext,
  ): Promise<AsyncIterable<string>> {
    return Promise.resolve(this.exports.lines(accountId, filterOf(filter), BigInt(after)));
  }
}

function filterOf({
  operation,
  ...filter
}: Omit<z.output<typeof listAuditEventsInput>, 'marker' | 'maxItems'>): AuditFilter {
  return { ...filter, operations: operation === undefined ? undefined : [operation] };
}
