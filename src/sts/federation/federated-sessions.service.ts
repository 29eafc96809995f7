import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/trail/audit-trail.js';
import { ConditionKeys, requestKeys } from '../../access/authorization/condition-context.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import { type ConditionContext, decideTrust, type RequestPrincipal } from '../../policy-engine/index.js';
import { accountOfRole, compileTrust, findRole } from '../sessions/role.target.js';
import { type NewRoleSession, RoleSessions } from '../sessions/role-sessions.service.js';

type FederatedOperation = 'sts:AssumeRoleWithWebIdentity' | 'sts:AssumeRoleWithSAML';

/** Somebody whom an identity provider vouches for, and the session that is asked for. */
export interface FederatedRequest extends Omit<
  NewRoleSession,
  'provider' | 'keys' | 'isChained' | 'mfaAuthenticatedAt'
> {
  readonly operation: FederatedOperation;
  readonly roleArn: string;
  /** ARN of the identity provider, in the account of the role. */
  readonly providerArn: string;
  /** Who it is, as the provider says. */
  readonly subject: string;
  /** Condition keys of the provider's token or assertion for the trust policy. */
  readonly trustKeys: Readonly<Record<string, string | readonly string[]>>;
  /** Those that stay with the session. */
  readonly sessionKeys: Readonly<Record<string, string | string[]>>;
  /** Input of the operation without what is secret, for the audit log. */
  readonly recorded: unknown;
}

/**
 * Sessions of roles for whom an identity provider vouches. Nobody signs such a request, so the trust policy alone
 * decides, and only what was verified of the provider's word is told to it.
 */
@Injectable()
export class FederatedSessions {
  constructor(
    private readonly database: Database,
    private readonly sessions: RoleSessions,
    private readonly auditTrail: AuditTrail,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError AccessDenied, and as `RoleSessions.issue` */
  async assume(asked: FederatedRequest, request: RequestFacts) {
    const accountId = accountOfRole(asked);
    const outcome = await this.database.forAccount(accountId, async (tx) => {
      const { partition } = this.settings;
      const role = await findRole(tx, accountId, partition, asked.roleArn);
      const denied = role
        ? this.deniedAction(asked, compileTrust(role, partition), contextOf(asked, request), accountId)
        : asked.operation;
      if (!role || denied !== undefined) {
        const error = new ApiError('AccessDenied', `Not authorized to perform ${denied ?? asked.operation}`);
        // An account that is not there has no audit log.
        if (role) this.record(tx, accountId, asked, 'implicitDeny', error.message, request);
        return { error };
      }
      const requested = {
        ...asked,
        provider: asked.providerArn,
        keys: { ...asked.sessionKeys },
      };
      const session = await this.sessions.issue(tx, role, requested, request.receivedAt);
      this.record(tx, accountId, asked, 'allowed', `Allowed by the trust policy of ${role.name}`, request);
      return { session };
    });
    if (outcome.error) throw outcome.error;
    return outcome.session;
  }

  /** @returns the first action that the trust policy does not allow */
  private deniedAction(
    { operation, roleArn, providerArn, tags, sourceIdentity }: FederatedRequest,
    trust: ReturnType<typeof compileTrust>,
    context: ConditionContext,
    resourceAccountId: string,
  ): string | undefined {
    const principal: RequestPrincipal = { type: 'federatedIdentity', provider: providerArn };
    const actions = [
      operation,
      ...(tags ? ['sts:TagSession'] : []),
      ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    ];
    return actions.find((action) => {
      const asked = { principal, action, resource: roleArn, resourceAccountId, context };
      return decideTrust(asked, { identity: [], trust }).verdict !== 'allowed';
    });
  }

  private record(
    tx: Transaction,
    accountId: string,
    { operation, roleArn, providerArn, subject, recorded }: FederatedRequest,
    outcome: 'allowed' | 'implicitDeny',
    reason: string,
    request: RequestFacts,
  ): void {
    const entry = { operation, callerArn: providerArn, callerId: subject, resourceArn: roleArn };
    this.auditTrail.record(tx, accountId, { ...entry, input: recorded, outcome, reason }, request);
  }
}

/** Source: IAM User Guide, "Available keys for AWS OIDC federation", "AWS global condition context keys". */
function contextOf(asked: FederatedRequest, request: RequestFacts): ConditionContext {
  const { roleSessionName, sourceIdentity, tags, transitive, trustKeys, providerArn } = asked;
  const keys = new ConditionKeys()
    .setAll(Object.entries(trustKeys))
    .set('aws:FederatedProvider', providerArn)
    .set('aws:PrincipalIsAWSService', 'false')
    .set('sts:RoleSessionName', roleSessionName)
    .set('sts:SourceIdentity', sourceIdentity)
    .set('sts:TransitiveTagKeys', transitive)
    .set('aws:TagKeys', tags && Object.keys(tags))
    .setTags('aws:RequestTag', tags ?? {});
  return requestKeys(keys, request, 'us-east-1').toContext();
}
