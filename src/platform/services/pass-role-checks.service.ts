import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access/actions/caller.js';
import type { OperationContext } from '../../operations/declaration.js';
import { servicePrefixOf } from '../../access/principals/service-caller.js';
import { requireInScope } from '../../access/principals/service-scope.js';
import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { type Tags, tagsColumn } from '../../kernel/tags.js';
import { AuthorizeService } from '../decisions/authorize.service.js';
import { EvaluationService } from '../decisions/evaluation.service.js';
import { identityArn } from '../../iam/resources/identity.target.js';
import { findHandedRole } from './handed-role.js';
import type { CheckPassRole, CheckPassRoleResult } from './pass-role.schema.js';
import { ServiceTrust } from './service-trust.service.js';

type Context = OperationContext;

/**
 * Whether a customer may pass a role to the calling service, in one check: the identity of the customer, `iam:PassRole`
 * on the role with the calling service as `iam:PassedToService`, the account of the role, and its trust policy.
 *
 * Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service"; Service Authorization Reference,
 * iam:PassedToService, iam:AssociatedResourceArn.
 */
@Injectable()
export class PassRoleChecks {
  constructor(
    private readonly signatures: AuthorizeService,
    private readonly evaluations: EvaluationService,
    private readonly trust: ServiceTrust,
  ) {}

  /** @throws ApiError AccessDenied if the associated resource belongs to another service */
  async check(input: CheckPassRole, context: Context): Promise<CheckPassRoleResult> {
    requireInScope(context.caller, { resource: input.associatedResourceArn });
    const subject = await this.subjectOf(input, context.caller);
    if (typeof subject === 'string') return refusal(subject);
    const { arn, accountId, principalId } = subject;
    const principal = { arn, accountId, principalId };
    // AWS: a role can be passed only within its account.
    if (accountId !== context.accountId)
      return refusal("Only principals of the role's account can pass the role.", principal);
    const owner = parseArn(input.associatedResourceArn ?? '')?.accountId;
    if (owner && owner !== accountId) return refusal('The associated resource belongs to another account.', principal);
    const handed = await findHandedRole(context, input);
    const roleArn = handed ? identityArn(handed.role, context.partition) : input.roleArn;
    if (roleArn === undefined) return refusal('The instance profile does not exist or contains no role.', principal);

    const tags = tagsColumn.read(handed?.role.tags ?? {});
    const { decision, context: why } = this.evaluations.decide(
      subject,
      {
        action: { name: 'iam:PassRole' },
        resource: { arn: roleArn, accountId: parseArn(roleArn)?.accountId ?? accountId, tags },
        context: { ...input.context, ...passedTo(context.caller, input), ...resourceTags(tags) },
      },
      context.request,
    );
    if (!decision) return { decision, principal, context: why };
    if (!handed) return refusal('The role does not exist.', principal);
    const { associatedResourceArn } = input;
    const source = { accountId, ...(associatedResourceArn === undefined ? {} : { arn: associatedResourceArn }) };
    const untrusted = this.trust.denial(serviceOf(context.caller), handed.role, source, context.request);
    if (untrusted !== undefined) return refusal(untrusted, principal);
    return { decision, principal, role: { arn: roleArn, roleId: handed.role.identityId }, context: why };
  }

  /** @returns why the input identifies nobody, for the service */
  private async subjectOf({ request, subject }: CheckPassRole, service: Caller): Promise<Caller | string> {
    if (request) {
      const signer = await this.signatures.signerOf({ request, service: servicePrefixOf(service)! }, service);
      return signer instanceof ApiError ? `${signer.code}: ${signer.message}` : signer;
    }
    const found = await this.evaluations.subjectOf(subject!, service);
    return found ?? 'The principal does not exist or is not active, or its token is not valid.';
  }
}

/**
 * The keys about the purpose. They never come from the calling service, so that it cannot check for another service.
 */
function passedTo(caller: Caller, { associatedResourceArn }: CheckPassRole): Record<string, string> {
  return {
    'iam:PassedToService': serviceOf(caller).servicePrincipal,
    ...(associatedResourceArn === undefined ? {} : { 'iam:AssociatedResourceArn': associatedResourceArn }),
  };
}

/** INVARIANT: `access: 'service'` admits only services. */
function serviceOf(caller: Caller) {
  return { prefix: servicePrefixOf(caller)!, servicePrincipal: caller.principalId };
}

/** The older name of `aws:ResourceTag/…`, which policies on roles still use. */
function resourceTags(tags: Tags): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`iam:ResourceTag/${key}`, value]));
}

function refusal(reason: string, principal?: CheckPassRoleResult['principal']): CheckPassRoleResult {
  return {
    decision: false,
    ...(principal ? { principal } : {}),
    context: { reason, verdict: 'implicitDeny', statements: [] },
  };
}
