import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/trail/audit-trail.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { rootArn } from '../../kernel/arn.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Transaction } from '../../kernel/database/database.service.js';

/** Records what happens to the root user outside of a session in its account's audit log. */
@Injectable()
export class RootUserAudit {
  constructor(
    private readonly auditTrail: AuditTrail,
    private readonly settings: Settings,
  ) {}

  /** @param tx in the scope of the account */
  record(tx: Transaction, accountId: string, operation: `gatehouse:${string}`, request: RequestFacts): void {
    const arn = rootArn(this.settings.partition, accountId);
    const entry = { operation, callerArn: 'anonymous', callerId: 'anonymous', resourceArn: arn, input: {} };
    this.auditTrail.record(tx, accountId, { ...entry, outcome: 'allowed' }, request);
  }
}
