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
    summary: 'Assume a role',
    description:
      'The trust policy of the role must allow the call. The caller’s own policies must allow it too, ' +
      'unless the trust policy names a caller of the same account directly. Session tags require ' +
      '`sts:TagSession`; a source identity requires `sts:SetSourceIdentity`.',
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
      // MFA belongs to the user: a role session does not pass it on to the next role.
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
 * Tags and source identity of the caller's own session require the permissions too.
 *
 * Source: IAM User Guide, "Pass session tags in AWS STS", "Monitor and control actions taken with assumed roles".
 */
function alsoRequires({ input, caller }: LocateScope<Input>, target: Target<RoleRow>): FurtherPermission[] {
  const toTag = { action: 'sts:TagSession', target, sharesConditions: true } as const;
  const toSetIdentity = { action: 'sts:SetSourceIdentity', target, sharesConditions: true } as const;
  const hasIdentity = sourceIdentityOf(caller, input.sourceIdentity) !== undefined;
  return [...(tagsOf(input, caller).tags ? [toTag] : []), ...(hasIdentity ? [toSetIdentity] : [])];
}
