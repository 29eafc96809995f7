import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Transaction } from '../database/database.service.js';
import type { RequestFacts } from './operations/operation.js';

/** One line of an account's audit log. */
export interface AuditEntry {
  /** `iam:CreateUser`, `gatehouse:SignIn` */
  readonly operation: string;
  /** ARN of who asked, or what a stranger said of himself. */
  readonly callerArn: string;
  readonly callerId: string;
  readonly resourceArn: string;
  /** With secrets removed. */
  readonly input: unknown;
  readonly outcome: 'allowed' | 'explicitDeny' | 'implicitDeny' | 'failed';
  readonly reason?: string;
}

/** Writes the audit log: always in the transaction of what it tells, so that neither is without the other. */
@Injectable()
export class AuditTrail {
  async record(tx: Transaction, accountId: string, entry: AuditEntry, request: RequestFacts): Promise<void> {
    await tx.auditEvent.create({
      data: {
        accountId,
        eventId: randomUUID(),
        eventTime: request.receivedAt,
        requestId: request.requestId,
        operation: entry.operation,
        callerArn: entry.callerArn,
        callerId: entry.callerId,
        resourceArn: entry.resourceArn,
        input: entry.input ?? {},
        outcome: entry.outcome,
        reason: entry.reason ?? null,
        sourceIp: request.sourceIp,
        userAgent: request.userAgent,
      },
    });
  }
}
