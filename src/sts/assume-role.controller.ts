import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope, OperationContext, Target } from '../access/operations/operation.js';
import { Operation } from '../access/operations/operation.decorator.js';
import { type AssumableRole, AssumeRoleService } from './assume-role.service.js';
import { accountOfRole, locateRole } from './role.target.js';
import { SecondFactor } from './second-factor.service.js';
import { assumeRoleInput, assumeRoleOutput } from './sts.schema.js';

type Input = z.output<typeof assumeRoleInput>;

/** Source: AWS STS API reference, AssumeRole. */
@Controller()
export class AssumeRoleController {
  constructor(
    private readonly roles: AssumeRoleService,
    private readonly secondFactor: SecondFactor,
  ) {}

  @Operation({
    name: 'sts:AssumeRole',
    summary: 'Get temporary credentials of a role',
    description:
      'The role’s trust policy must allow it, and for a role of another account the caller’s own policies too. Session tags need `sts:TagSession`, a source identity `sts:SetSourceIdentity`.',
    route: 'POST /v1/assume-role',
    status: 201,
    accessLevel: 'Write',
    input: assumeRoleInput,
    output: assumeRoleOutput,
    account: accountOfRole,
    /** The trust policy may ask for MFA, so the code is looked at before the decision. */
    async locate(this: AssumeRoleController, scope: LocateScope<Input>): Promise<Target<AssumableRole>> {
      const mfaAuthenticatedAt = await this.secondFactor.check(scope.tx, scope.caller, scope.input, new Date());
      const target = await locateRole(scope);
      return 'row' in target ? { ...target, row: { ...target.row, mfaAuthenticatedAt } } : target;
    },
    conditionKeys: {
      'sts:ExternalId': ({ input }) => input.externalId,
      'sts:RoleSessionName': ({ input }) => input.roleSessionName,
      'sts:SourceIdentity': ({ input, caller }) => input.sourceIdentity ?? caller.session.sourceIdentity,
      'sts:TransitiveTagKeys': ({ input }) => input.transitiveTagKeys,
      'aws:MultiFactorAuthPresent': ({ input, caller }) => {
        const { mfaAuthenticatedAt, credential } = caller.session;
        if (input.tokenCode !== undefined || mfaAuthenticatedAt) return 'true';
        return credential === 'accessKey' ? undefined : 'false';
      },
    },
    alsoRequires: ({ input }, { arn: resource }) => [
      ...(input.tags?.length || input.transitiveTagKeys?.length ? [{ action: 'sts:TagSession', resource }] : []),
      ...(input.sourceIdentity === undefined ? [] : [{ action: 'sts:SetSourceIdentity', resource }]),
    ],
    errors: ['MalformedPolicyDocument', 'PackedPolicyTooLarge'],
    writesNothing: true,
  })
  assumeRole(input: Input, context: OperationContext<AssumableRole>) {
    return this.roles.assume(context, input);
  }
}
