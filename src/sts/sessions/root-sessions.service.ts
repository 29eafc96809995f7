import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ManagedPolicyDirectory } from '../../access/principals/managed-policy-directory.service.js';
import { SessionTokens } from '../../access/session-tokens/session-tokens.service.js';
import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Account } from '../../generated/prisma/client.js';
import type { OrganizationFeature } from '../../tenancy/organizations/organization.schema.js';
import { OrganizationService } from '../../tenancy/organizations/organization.service.js';
import { seconds } from './session-requests.js';
import type { assumeRootInput, assumeRootOutput } from './sts.schema.js';

/** The path of task policies among the platform's managed policies. */
const TASK = /^policy\/root-task\/([\w+=,.@-]+)$/;

/**
 * Tasks for the root user's own credentials belong to one feature of centralized root access, all others to the other.
 */
const CREDENTIAL_TASKS = ['IAMAuditRootUserCredentials', 'IAMCreateRootUserPassword', 'IAMDeleteRootUserCredentials'];

/** Root sessions in member accounts, each for one task, for the management account. */
@Injectable()
export class RootSessions {
  constructor(
    private readonly organization: OrganizationService,
    private readonly policies: ManagedPolicyDirectory,
    private readonly tokens: SessionTokens,
  ) {}

  /**
   * @throws ApiError ValidationError if the task does not exist; AccessDenied if its feature is not enabled, or for the
   *   root user of the management account or of an inactive account
   */
  async issue(
    { inAccount, tx, caller, accountId, target, request }: OperationContext<Account>,
    { taskPolicyArn: { arn }, durationSeconds }: z.output<typeof assumeRootInput>,
  ): Promise<z.input<typeof assumeRootOutput>> {
    const feature = await this.featureOf(accountId, arn);
    const { enabledFeatures } = await inAccount(caller.accountId, () =>
      this.organization.features(tx, caller.accountId),
    );
    if (!enabledFeatures.includes(feature)) throw refused(`${feature} is not enabled for the organization.`);
    if (target.isManagement) throw refused('Root sessions are not available for the management account.');
    if (target.status !== 'active') throw refused('The account is not active.');
    const { sourceIdentity } = caller.session;
    const issued = seconds(request.receivedAt);
    const credentials = this.tokens.issue({
      kind: 'root',
      account: accountId,
      principal: accountId,
      issued,
      expires: issued + durationSeconds,
      revocations: target.rootRevocations,
      policyArns: [arn],
      sourceIdentity,
    });
    return { credentials, ...(sourceIdentity === undefined ? {} : { sourceIdentity }) };
  }

  private async featureOf(accountId: string, arn: string): Promise<OrganizationFeature> {
    const parsed = parseArn(arn);
    const task = parsed?.accountId === 'aws' ? TASK.exec(parsed.resource)?.[1] : undefined;
    if (task === undefined || !(await this.policies.find(accountId, arn))) {
      throw new ApiError('ValidationError', `${arn} is not a root task policy`);
    }
    return CREDENTIAL_TASKS.includes(task) ? 'RootCredentialsManagement' : 'RootSessions';
  }
}

function refused(message: string): ApiError {
  return new ApiError('AccessDenied', message);
}
