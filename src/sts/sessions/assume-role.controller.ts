import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { FurtherPermission, LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import type { Target } from '../../access/actions/target.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { SessionClaims } from '../../access/session-tokens/session-claims.js';
import { RoleSessions } from './role-sessions.service.js';
import { sessionTags, sourceIdentityOf } from './session-requests.js';
import { accountOfRole, locateRole } from './role.target.js';
import { secondFactorOf } from './second-factor-of.js';
import { assumeRoleInput, assumeRoleOutput } from './sts.schema.js';
import type { RoleRow } from '../../iam/resources/identity-rows.js';

type Input = z.output<typeof assumeRoleInput>;

/** Source: AWS STS API reference, AssumeRole. */
@Controller()
export class AssumeRoleController {
  constructor(private readonly sessions: RoleSessions) {}

  @Operation({
    name: 'sts:AssumeRole',
    summary: 'Get temporary credentials of a role',
    description:
      'The role’s trust policy must allow it, and so must the caller’s own policies unless it names the caller of its own account in person. Session tags need `sts:TagSession`, a source identity `sts:SetSourceIdentity`.',
    route: 'POST /v1/assume-role',
    status: 201,
    accessLevel: 'Write',
    input: assumeRoleInput,
    output: assumeRoleOutput,
    account: accountOfRole,
    locate: locateRole,
    secondFactor: secondFactorOf,
    conditionKeys: {
      'sts:ExternalId': ({ input }) => input.externalId,
      'sts:RoleSessionName': ({ input }) => input.roleSessionName,
      'sts:SourceIdentity': ({ input, caller }) => sourceIdentityOf(caller, input.sourceIdentity),
      'sts:TransitiveTagKeys': ({ input, caller }) => tagsOf(input, caller).transitive,
    },
    alsoRequires,
    tagPermission: 'alsoRequires',
    errors: ['InvalidParameterValue', 'MalformedPolicyDocument', 'PackedPolicyTooLarge'],
    effect: 'leavesTrace',
  })
  assumeRole(input: Input, { tx, caller, target, request }: OperationContext<RoleRow>) {
    const { principal, session } = caller;
    const requested = {
      ...input,
      ...tagsOf(input, caller),
      isChained: session.credential === 'temporaryCredentials',
      sourceIdentity: sourceIdentityOf(caller, input.sourceIdentity),
      // MFA is the user's: what a role's session knows of it does not pass on to the next role.
      mfaAuthenticatedAt: principal.type === 'user' ? session.mfaAuthenticatedAt : undefined,
    };
    return this.sessions.issue(tx, target, requested, request.receivedAt);
  }
}

function tagsOf({ tags, transitiveTagKeys }: Input, { session }: LocateScope<Input>['caller']) {
  const own: Pick<SessionClaims, 'tags' | 'transitive'> = sessionTags(tags, transitiveTagKeys, session.transitiveTags);
  return { tags: own.tags, transitive: own.transitive };
}

/**
 * What the caller's own session hands on needs them too.
 *
 * Source: IAM User Guide, "Pass session tags in AWS STS", "Monitor and control actions taken with assumed roles".
 */
function alsoRequires({ input, caller }: LocateScope<Input>, target: Target<RoleRow>): FurtherPermission[] {
  const toTag = { action: 'sts:TagSession', target, sharesConditions: true } as const;
  const toSetIdentity = { action: 'sts:SetSourceIdentity', target, sharesConditions: true } as const;
  const hasIdentity = sourceIdentityOf(caller, input.sourceIdentity) !== undefined;
  return [...(tagsOf(input, caller).tags ? [toTag] : []), ...(hasIdentity ? [toSetIdentity] : [])];
}
