import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../access/audit/audit-trail.js';
import type { RequestFacts } from '../access/operations/operation.js';
import { iamArn, rootArn } from '../common/arn.js';
import { Settings } from '../config/settings.js';
import type { Transaction } from '../database/database.service.js';
import type { NamedPrincipal, SignInPrincipal } from './principals.service.js';

/** AWS CloudTrail's words for a name that nobody has: it may be a password in the wrong field. */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** One step of a sign-in, and what came of it. */
export interface SignInAttempt {
  readonly operation:
    | 'gatehouse:SignIn'
    | 'gatehouse:SignInWithMfa'
    | 'gatehouse:SignInWithNewPassword'
    | 'gatehouse:SignInWithPasskey'
    | 'gatehouse:BeginVirtualDeviceEnrolment'
    | 'gatehouse:EnrolVirtualDevice'
    | 'gatehouse:BeginSecurityKeyEnrolment'
    | 'gatehouse:EnrolSecurityKey';
  readonly principal: SignInPrincipal | undefined;
  readonly named?: NamedPrincipal;
  /** What answers a step that asks for MFA. */
  readonly factor?: 'code' | 'recoveryCode' | 'securityKey';
  /** Why it failed; undefined when it did not. */
  readonly failure: string | undefined;
}

/** Every attempt to sign in leaves a line in the audit log, with address and user agent. */
@Injectable()
export class SignInAudit {
  constructor(
    private readonly auditTrail: AuditTrail,
    private readonly settings: Settings,
  ) {}

  /** @param tx in the scope of the account */
  record(tx: Transaction, accountId: string, attempt: SignInAttempt, request: RequestFacts): void {
    const { operation, principal, named = {}, factor, failure } = attempt;
    const arn = principal?.arn ?? this.arnOfNobody(accountId, named);
    const entry = {
      operation,
      callerArn: arn,
      callerId: principal?.principalId ?? 'unknown',
      resourceArn: arn,
      input: principal ? { ...named, ...(factor ? { factor } : {}) } : {},
      outcome: failure === undefined ? ('allowed' as const) : ('failed' as const),
      ...(failure === undefined ? {} : { reason: failure }),
    };
    this.auditTrail.record(tx, accountId, entry, request);
  }

  private arnOfNobody(accountId: string, { email }: NamedPrincipal): string {
    const { partition } = this.settings;
    return email === undefined ? iamArn(partition, accountId, 'user', '/', HIDDEN) : rootArn(partition, accountId);
  }
}
