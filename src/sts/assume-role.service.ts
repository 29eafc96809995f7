import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../access/operations/operation.js';
import type { Caller } from '../access/caller.js';
import { packedPolicySize, SessionTokens } from '../access/session-tokens/session-tokens.service.js';
import { stsArn } from '../common/arn.js';
import { ApiError } from '../common/errors.js';
import type { Identity } from '../generated/prisma/client.js';
import { requireManagedPolicies } from './managed-session-policies.js';
import { seconds, sessionPolicies, sessionTags } from './session-requests.js';
import type { assumeRoleInput, assumeRoleOutput } from './sts.schema.js';

/** Seconds. */
const DEFAULT_DURATION = 3600;
const LONGEST_CHAINED = 3600;

type Input = z.output<typeof assumeRoleInput>;

/** A role with the second factor that was passed to assume it. */
export interface AssumableRole extends Identity {
  readonly mfaAuthenticatedAt: Date | undefined;
}

/** Temporary credentials of a role. Everything is in the session token: nothing is written. */
@Injectable()
export class AssumeRoleService {
  constructor(private readonly tokens: SessionTokens) {}

  /** @throws ApiError ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge, AccessDenied */
  async assume(context: OperationContext<AssumableRole>, input: Input): Promise<z.input<typeof assumeRoleOutput>> {
    const { accountId, partition, target: role, caller, request } = context;
    const policies = sessionPolicies(input, partition);
    await requireManagedPolicies(context, policies.policyArns);
    const tags = sessionTags(input.tags, input.transitiveTagKeys, caller.session.transitiveTags);
    const packed = packedPolicySize({ ...policies, ...tags });
    const sourceIdentity = sourceIdentityOf(caller, input.sourceIdentity);
    const issued = seconds(request.receivedAt);
    const credentials = this.tokens.issue({
      kind: 'role',
      account: accountId,
      principal: role.identityId,
      name: input.roleSessionName,
      issued,
      expires: issued + durationOf(role, caller, input.durationSeconds),
      ...policies,
      ...tags,
      ...(role.mfaAuthenticatedAt ? { mfa: seconds(role.mfaAuthenticatedAt) } : {}),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    });
    return {
      credentials,
      assumedRoleUser: {
        assumedRoleId: `${role.identityId}:${input.roleSessionName}`,
        arn: stsArn(partition, accountId, `assumed-role/${role.name}/${input.roleSessionName}`),
      },
      ...(packed === undefined ? {} : { packedPolicySize: packed }),
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    };
  }
}

function durationOf({ maxSessionDurationSeconds }: Identity, { principal }: Caller, asked = DEFAULT_DURATION): number {
  if (principal.type === 'assumedRole' && asked > LONGEST_CHAINED) {
    const message = 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining';
    throw new ApiError('ValidationError', message);
  }
  if (asked > maxSessionDurationSeconds!) {
    const message = 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    throw new ApiError('ValidationError', message);
  }
  return asked;
}

/** Once set it stays through all roles that follow (IAM User Guide, "Monitor and control actions with assumed roles"). */
function sourceIdentityOf({ session, arn }: Caller, asked: string | undefined): string | undefined {
  if (session.sourceIdentity !== undefined && asked !== undefined && asked !== session.sourceIdentity) {
    throw new ApiError('AccessDenied', `User: ${arn} cannot change the source identity of its session`);
  }
  return session.sourceIdentity ?? asked;
}
