import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/trail/audit-trail.js';
import type { Presenter } from '../../access/authentication/credential-strategy.js';
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

  /** Whoever reads the mails of the root user. */
  presenterOf(accountId: string): Presenter {
    const resourceArn = rootArn(this.settings.partition, accountId);
    return { callerArn: 'anonymous', callerId: 'anonymous', resourceArn, input: {} };
  }

  /** @param tx in the scope of the account */
  record(tx: Transaction, accountId: string, operation: `gatehouse:${string}`, request: RequestFacts): void {
    const entry = { operation, ...this.presenterOf(accountId), outcome: 'allowed' } as const;
    this.auditTrail.record(tx, accountId, entry, request);
  }
}
