import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { stsArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Tags } from '../../kernel/tags.js';
import { Settings } from '../../kernel/config/settings.js';
import { type CompiledPolicy, compilePolicy, parseStoredPolicy } from 'gatehouse-policy-engine';
import type { Caller, SessionFacts } from '../actions/caller.js';
import { ManagedPolicyDirectory } from '../principals/managed-policy-directory.service.js';
import { PrincipalDirectory } from '../principals/principal-directory.service.js';
import { isRevoked, type PrincipalRecord } from '../principals/principal-record.js';
import { toCaller } from '../principals/to-caller.js';
import type { SessionClaims } from './session-claims.js';

/** A layer without policies: it allows nothing (see `PolicySet` of the engine). */
const NOTHING: readonly CompiledPolicy[] = [];

/** Creates callers from the claims of temporary credentials and the current state of the principal. */
@Injectable()
export class SessionCallers {
  /** Inline session policies by access key ID, and scope-down policies by their index: they never change. */
  private readonly inline = new LRUCache<string, CompiledPolicy>({ max: 10_000 });

  constructor(
    private readonly principals: PrincipalDirectory,
    private readonly managedPolicies: ManagedPolicyDirectory,
    private readonly settings: Settings,
  ) {}

  /**
   * @param now compared with the expiry in seconds
   * @throws ApiError ExpiredToken, also if the session was revoked; InvalidClientTokenId if the user or role was
   *   deleted or its account is not active
   */
  async callerOf(claims: SessionClaims, accessKeyId: string, region: string, now: Date): Promise<Caller> {
    if (now.getTime() >= claims.expires * 1000) {
      throw new ApiError('ExpiredToken', 'The security token included in the request is expired');
    }
    const record = await this.principals.find(claims.account, claims.principal);
    if (!record) {
      throw new ApiError('InvalidClientTokenId', 'The security token included in the request is invalid.');
    }
    // A session for a task deletes the root user's credentials one by one, which ends the root user's own sessions.
    if (claims.kind !== 'root' && isRevoked(claims, record)) {
      throw new ApiError('ExpiredToken', 'The security token included in the request was revoked. Get a new one.');
    }
    const facts = sessionFacts(claims, accessKeyId, region);
    const caller = await this.unscoped(record, claims, facts);
    if (claims.scopes === undefined) return caller;
    const scopeDown = claims.scopes.map((scope, index) => [this.inlinePolicy(`${accessKeyId}/${index}`, scope)]);
    return { ...caller, policies: { ...caller.policies, scopeDown } };
  }

  private async unscoped(record: PrincipalRecord, claims: SessionClaims, facts: SessionFacts): Promise<Caller> {
    if (claims.kind === 'session') return toCaller(record, facts);
    const session = await this.sessionPolicies(claims, facts.accessKeyId!);
    if (claims.kind === 'root') return rootCaller(record, claims, facts, session ?? NOTHING);
    return claims.kind === 'role'
      ? this.roleCaller(record, claims, facts, session)
      : this.federatedCaller(record, claims, facts, session ?? NOTHING);
  }

  private roleCaller(
    record: PrincipalRecord,
    claims: SessionClaims,
    session: SessionFacts,
    sessionPolicies: readonly CompiledPolicy[] | undefined,
  ): Caller {
    const { accountId, isManagement } = record.account;
    const name = claims.name!;
    const arn = stsArn(this.settings.partition, accountId, `assumed-role/${record.name}/${name}`);
    return {
      principal: {
        type: 'assumedRole',
        accountId,
        arn,
        roleArn: record.arn,
        ...(claims.provider === undefined ? {} : { federatedProvider: claims.provider }),
      },
      accountId,
      isManagement,
      arn,
      principalId: `${record.principalId}:${name}`,
      identityId: record.principalId,
      tags: mergeTags(record.tags, claims.tags),
      policies: { ...record.policies, ...(sessionPolicies ? { session: sessionPolicies } : {}) },
      session,
    };
  }

  /** Without a session policy, it is allowed nothing (STS API reference, GetFederationToken). */
  private federatedCaller(
    record: PrincipalRecord,
    claims: SessionClaims,
    session: SessionFacts,
    sessionPolicies: readonly CompiledPolicy[],
  ): Caller {
    const { accountId, isManagement } = record.account;
    const name = claims.name!;
    const arn = stsArn(this.settings.partition, accountId, `federated-user/${name}`);
    return {
      principal: { type: 'federatedUser', accountId, arn, userArn: record.arn },
      accountId,
      isManagement,
      arn,
      principalId: `${accountId}:${name}`,
      tags: mergeTags(record.tags, claims.tags),
      policies: { ...record.policies, session: sessionPolicies },
      session,
    };
  }

  /** @returns undefined if the session has no session policies; a deleted managed policy makes it allow nothing */
  private async sessionPolicies(
    { account, policy, policyArns }: SessionClaims,
    accessKeyId: string,
  ): Promise<readonly CompiledPolicy[] | undefined> {
    if (policy === undefined && policyArns === undefined) return undefined;
    const managed = await Promise.all((policyArns ?? []).map(async (arn) => this.managedPolicies.find(account, arn)));
    const policies = managed.filter((found) => found !== undefined);
    // A deleted policy may have contained a Deny.
    if (policies.length < managed.length) return NOTHING;
    return policy === undefined ? policies : [this.inlinePolicy(accessKeyId, policy), ...policies];
  }

  private inlinePolicy(id: string, document: string): CompiledPolicy {
    const known = this.inline.get(id);
    if (known) return known;
    const { partition } = this.settings;
    const compiled = compilePolicy(parseStoredPolicy(document, 'identity', { partition }), {
      id: 'session-policy',
      type: 'session',
    });
    this.inline.set(id, compiled);
    return compiled;
  }
}

/** The root user for one task: the task policy limits the session. */
function rootCaller(
  record: PrincipalRecord,
  { policyArns }: SessionClaims,
  facts: SessionFacts,
  session: readonly CompiledPolicy[],
): Caller {
  const caller = toCaller(record, { ...facts, taskPolicyArn: policyArns![0]! });
  return { ...caller, policies: { ...caller.policies, session } };
}

function sessionFacts(claims: SessionClaims, accessKeyId: string, region: string): SessionFacts {
  const { mfa, proved, transitive, sourceIdentity, tags, provider, keys, delegation, revocations } = claims;
  return {
    credential: 'temporaryCredentials',
    accessKeyId,
    region,
    issuedAt: new Date(claims.issued * 1000),
    expiresAt: new Date(claims.expires * 1000),
    revocations,
    ...(mfa === undefined ? {} : { mfaAuthenticatedAt: new Date(mfa * 1000) }),
    ...(proved === undefined ? {} : { provedAt: new Date(proved * 1000) }),
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    ...(provider === undefined ? {} : { federatedProvider: provider }),
    ...(keys === undefined ? {} : { conditionKeys: keys }),
    ...(delegation === undefined ? {} : { delegationRequestId: delegation }),
    ...(transitive === undefined ? {} : { transitiveTags: pick(tags ?? {}, transitive) }),
  };
}

/** Session tags override those of the user or role; keys are not case-sensitive. */
function mergeTags(own: Tags, session: Tags = {}): Tags {
  const overridden = new Set(Object.keys(session).map((key) => key.toLowerCase()));
  const kept = Object.entries(own).filter(([key]) => !overridden.has(key.toLowerCase()));
  return { ...Object.fromEntries(kept), ...session };
}

function pick(tags: Tags, keys: readonly string[]): Tags {
  const wanted = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => wanted.has(key.toLowerCase())));
}
