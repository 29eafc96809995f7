import { Injectable } from '@nestjs/common';
import { ConditionKeys, requestKeys } from '../../access/authorization/condition-context.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import type { CredentialContext } from '../../operations/declaration.js';
import { DeniedAttempt } from '../../operations/failed-attempt.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import { type ConditionContext, decideTrust, type RequestPrincipal } from 'gatehouse-policy-engine';
import { compileTrust, findRole } from '../sessions/role.target.js';
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
  /** Condition keys of the provider's token or assertion for the trust policy. */
  readonly trustKeys: Readonly<Record<string, string | readonly string[]>>;
  /** Those that stay with the session. */
  readonly sessionKeys: Readonly<Record<string, string | string[]>>;
}

/**
 * Sessions of roles for whom an identity provider vouches. Nobody signs such a request, so the trust policy alone
 * decides, and only what was verified of the provider's word is told to it.
 */
@Injectable()
export class FederatedSessions {
  constructor(
    private readonly sessions: RoleSessions,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError AccessDenied, and as `RoleSessions.issue` */
  async assume({ tx, accountId, request }: CredentialContext, asked: FederatedRequest) {
    const { partition } = this.settings;
    const role = await findRole(tx, accountId, partition, asked.roleArn);
    // Not recorded: an account that is not there has no audit log.
    if (!role) throw new ApiError('AccessDenied', `Not authorized to perform ${asked.operation}`);
    const denied = this.deniedAction(asked, compileTrust(role, partition), contextOf(asked, request), accountId);
    if (denied !== undefined) throw new DeniedAttempt('AccessDenied', `Not authorized to perform ${denied}`);
    const requested = { ...asked, provider: asked.providerArn, keys: { ...asked.sessionKeys } };
    return this.sessions.issue(tx, role, requested, request.receivedAt);
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
