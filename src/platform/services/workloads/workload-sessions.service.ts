import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AuditTrail } from '../../../audit/trail/audit-trail.js';
import type { RequestFacts } from '../../../access/actions/request-facts.js';
import type { TemporaryCredentials } from '../../../access/session-tokens/session-tokens.service.js';
import type { CredentialContext } from '../../../operations/declaration.js';
import { DeniedAttempt } from '../../../operations/failed-attempt.js';
import { Settings } from '../../../kernel/config/settings.js';
import { Database, type Transaction } from '../../../kernel/database/database.service.js';
import { type RoleRow, rowOf } from '../../../iam/resources/identity-rows.js';
import { identityArn } from '../../../iam/resources/identity.target.js';
import { RoleSessions } from '../../../sts/sessions/role-sessions.service.js';
import { serviceArn } from '../service.target.js';
import { ServiceTrust } from '../service-trust.service.js';
import { type FullWorkload, workloadSessionName } from './workload.target.js';

/** Seconds: the maximum lifetime of credentials of AWS's instances. */
const LONGEST = 21_600;
/** Milliseconds before the expiry at which new credentials are issued; SDKs ask five to fifteen minutes before it. */
const RENEWED_BEFORE = 900_000;
/** Milliseconds in which a denial is recorded once, however often the workload asks. */
const DENIAL_RECORDED = 60_000;

interface Issued extends TemporaryCredentials {
  readonly roleId: string;
  /** Of the role, when they were issued. */
  readonly revocations: number;
  readonly renewAt: number;
}

/**
 * Credentials of the role of a workload, for the holder of its token. Whether the role still trusts the service is
 * decided on every request; the same credentials are returned until shortly before they expire, so that frequent
 * requests cause no audit events.
 */
@Injectable()
export class WorkloadSessions {
  private readonly issued = new LRUCache<string, Issued>({ max: 10_000 });
  private readonly denied = new LRUCache<string, true>({ max: 10_000, ttl: DENIAL_RECORDED });

  constructor(
    private readonly database: Database,
    private readonly sessions: RoleSessions,
    private readonly trust: ServiceTrust,
    private readonly auditTrail: AuditTrail,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError AccessDenied when it has no role any more, or one that does not trust the service */
  async credentials({
    tx,
    proof: workload,
    request,
  }: CredentialContext<'workloadToken'>): Promise<TemporaryCredentials & { readonly roleArn: string }> {
    const { accountId, workloadId, service, resourceArn } = workload;
    const held = workload.role ?? workload.instanceProfile?.role;
    const role = held && rowOf('role', held);
    const source = { accountId, arn: resourceArn };
    const denial = role
      ? this.trust.denial(service, role, source, request, workloadSessionName(workload))
      : 'The instance profile contains no role.';
    if (!role || denial !== undefined) {
      if (!this.denied.get(workloadId)) this.record(tx, workload, role, 'implicitDeny', denial!, request);
      this.denied.set(workloadId, true);
      throw new DeniedAttempt('AccessDenied', denial!);
    }
    const credentials = this.known(workload, role, request) ?? (await this.renew(tx, workload, role, request));
    return { ...credentials, roleArn: identityArn(role, this.settings.partition) };
  }

  private known(workload: FullWorkload, role: RoleRow, { receivedAt }: RequestFacts): Issued | undefined {
    const found = this.issued.get(cacheKey(workload));
    if (found?.roleId !== role.identityId || found.revocations !== role.revocations) return undefined;
    return receivedAt.getTime() < found.renewAt ? found : undefined;
  }

  private async renew(tx: Transaction, workload: FullWorkload, role: RoleRow, request: RequestFacts): Promise<Issued> {
    const now = request.receivedAt;
    const durationSeconds = Math.min(workload.durationSeconds ?? LONGEST, role.maxSessionDurationSeconds);
    const roleSessionName = workloadSessionName(workload);
    const { credentials } = await this.sessions.issue(tx, role, { roleSessionName, durationSeconds }, now);
    this.record(tx, workload, role, 'allowed', `Allowed by the trust policy of ${role.name}`, request);
    const { expiration } = credentials;
    const lead = Math.min(RENEWED_BEFORE, (durationSeconds * 1000) / 2);
    const { identityId: roleId, revocations } = role;
    const issued = { ...credentials, roleId, revocations, renewAt: expiration.getTime() - lead };
    this.database.afterCommit(tx, () => this.issued.set(cacheKey(workload), issued));
    return issued;
  }

  private record(
    tx: Transaction,
    { accountId, workloadId, resourceArn, service }: FullWorkload,
    role: RoleRow | null | undefined,
    outcome: 'allowed' | 'implicitDeny',
    reason: string,
    request: RequestFacts,
  ): void {
    const { partition } = this.settings;
    const entry = {
      operation: 'sts:AssumeRole',
      callerArn: serviceArn(partition, service.prefix),
      callerId: service.servicePrincipal,
      resourceArn: role ? identityArn(role, partition) : resourceArn,
      input: { workloadId, sourceArn: resourceArn },
      outcome,
      reason,
    };
    this.auditTrail.record(tx, accountId, entry, request);
  }
}

/** Bound to its token: a new token gets new credentials. */
function cacheKey({ workloadId, tokenHash }: FullWorkload): string {
  return `${workloadId} ${Buffer.from(tokenHash).toString('hex')}`;
}
