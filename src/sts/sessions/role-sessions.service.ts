import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { SessionClaims } from '../../access/session-tokens/session-claims.js';
import { packedPolicySize, SessionTokens } from '../../access/session-tokens/session-tokens.service.js';
import type { Identity } from '../../generated/prisma/client.js';
import { stsArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { requireManagedPolicies } from './managed-session-policies.js';
import { seconds, sessionPolicies } from './session-requests.js';
import type { assumeRoleOutput } from './sts.schema.js';
import { type RoleRow, rowOf } from '../../iam/resources/identity-rows.js';

/** Seconds. */
const DEFAULT_DURATION = 3600;
const LONGEST_CHAINED = 3600;

/** A role session that was allowed. */
export interface NewRoleSession extends Partial<
  Pick<SessionClaims, 'tags' | 'transitive' | 'sourceIdentity' | 'provider' | 'keys'>
> {
  readonly roleSessionName: string;
  readonly durationSeconds?: number | undefined;
  /** The caller uses temporary credentials of STS: of a role, or of GetSessionToken. */
  readonly isChained?: boolean;
  readonly policy?: string | undefined;
  readonly policyArns?: readonly { arn: string }[] | undefined;
  readonly mfaAuthenticatedAt?: Date | undefined;
}

/**
 * Temporary credentials of roles, for all operations that issue them. Everything is in the session token: nothing is
 * written.
 */
@Injectable()
export class RoleSessions {
  constructor(
    private readonly tokens: SessionTokens,
    private readonly settings: Settings,
  ) {}

  /**
   * @param tx in the role's account
   * @throws ApiError ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge
   */
  async issue(
    tx: Transaction,
    role: Identity,
    requested: NewRoleSession,
    now: Date,
  ): Promise<z.input<typeof assumeRoleOutput>> {
    const { partition } = this.settings;
    const { accountId, identityId, name, revocations } = role;
    const { roleSessionName, tags, transitive, sourceIdentity, mfaAuthenticatedAt, provider, keys } = requested;
    const policies = sessionPolicies(requested, partition);
    await requireManagedPolicies({ tx, accountId, partition }, policies.policyArns);
    const packed = packedPolicySize({ ...policies, tags });
    const issued = seconds(now);
    const credentials = this.tokens.issue({
      kind: 'role',
      account: accountId,
      principal: identityId,
      name: roleSessionName,
      issued,
      expires: issued + durationOf(rowOf('role', role), requested),
      revocations,
      ...policies,
      tags,
      transitive,
      sourceIdentity,
      mfa: mfaAuthenticatedAt && seconds(mfaAuthenticatedAt),
      provider,
      keys,
    });
    return {
      credentials,
      assumedRoleUser: {
        assumedRoleId: `${identityId}:${roleSessionName}`,
        arn: stsArn(partition, accountId, `assumed-role/${name}/${roleSessionName}`),
      },
      ...(packed === undefined ? {} : { packedPolicySize: packed }),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    };
  }
}

/** @throws ApiError ValidationError */
function durationOf(
  { maxSessionDurationSeconds }: RoleRow,
  { durationSeconds = DEFAULT_DURATION, isChained }: NewRoleSession,
): number {
  if (isChained && durationSeconds > LONGEST_CHAINED) {
    const message =
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.';
    throw new ApiError('ValidationError', message);
  }
  if (durationSeconds > maxSessionDurationSeconds) {
    const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    throw new ApiError('ValidationError', message);
  }
  return durationSeconds;
}
