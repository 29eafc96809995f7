import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Authorizer } from '../../access/authorization/authorizer.service.js';
import type { Caller } from '../../access/actions/caller.js';
import { principalKeys } from '../../access/authorization/condition-context.js';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { parseArn } from '../../kernel/arn.js';
import { checkPolicyDocument, managedPolicyRules } from '../../iam/policies/policy-documents.js';
import { isOwn, locatePolicy } from '../../iam/policies/policy.target.js';
import type { createDelegationRequestInput } from './delegation.schema.js';
import { fillTemplate } from '../../kernel/policy-template.js';
import { TimeSlices } from '../../kernel/time-slices.js';

type Permissions = z.output<typeof createDelegationRequestInput>['permissions'];
/** Decisions of one check, each about an action on a resource. */
const MAXIMUM_ASKED = 5_000;

type CheckResult = 'ALLOWED' | 'DENIED' | 'UNSURE';

/** The permissions that a delegation request asks for. */
@Injectable()
export class RequestedPermissions {
  constructor(private readonly authorizer: Authorizer) {}

  /**
   * The default version of the template, a managed policy of the requesting account, with its parameters filled in.
   *
   * @throws ApiError InvalidInput
   */
  async policyOf(context: OperationContext, { policyTemplateArn, parameters }: Permissions): Promise<string> {
    const template = await locatePolicy(context, policyTemplateArn);
    if (!('row' in template) || !isOwn(template.row)) {
      throw new ApiError('InvalidInput', `${policyTemplateArn} is not a managed policy of your account.`);
    }
    const { accountId, policyId, defaultVersionNumber: versionNumber } = template.row;
    const version = await context.tx.managedPolicyVersion.findUniqueOrThrow({
      where: { accountId_policyId_versionNumber: { accountId, policyId, versionNumber } },
    });
    const filled = fillTemplate(version.document, parameters);
    try {
      checkPolicyDocument(filled, 'identity', managedPolicyRules(context.partition));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new ApiError('InvalidInput', `With these parameters, the policy is not valid: ${error.message}`);
    }
    return filled;
  }

  /**
   * Whether the caller may do everything that a policy allows. An approximation, as on AWS: patterns and conditions
   * cannot be decided one by one, so their result is unsure unless something else is certainly denied. The same applies
   * to a policy with very many actions and resources.
   */
  async check(caller: Caller, policy: string, now: Date): Promise<CheckResult> {
    const context = principalKeys(caller, now).toContext();
    const slices = new TimeSlices();
    let result: CheckResult = 'ALLOWED';
    let asked = 0;
    for (const statement of allowsOf(policy)) {
      const pairs = pairsOf(statement);
      if (!pairs) {
        result = 'UNSURE';
        continue;
      }
      for (const { action, resource } of pairs) {
        await slices.next();
        asked += 1;
        if (asked > MAXIMUM_ASKED) return 'UNSURE';
        const resourceAccountId = parseArn(resource)?.accountId || caller.accountId;
        const { verdict } = this.authorizer.decide(caller, { action, resource, resourceAccountId, context });
        if (verdict !== 'allowed') return 'DENIED';
      }
    }
    return result;
  }
}

type Statement = Readonly<Record<string, unknown>>;

function allowsOf(policy: string): Statement[] {
  const { Statement: statements } = JSON.parse(policy) as { Statement: Statement | Statement[] };
  return [statements].flat().filter(({ Effect }) => Effect === 'Allow');
}

/** Undefined if the statement is more than a list of actions on a list of resources. */
function pairsOf({ Action, Resource, Condition }: Statement): { action: string; resource: string }[] | undefined {
  const actions = [Action ?? []].flat() as string[];
  const resources = [Resource ?? []].flat() as string[];
  const isPlain = [...actions, ...resources].every((text) => !/[*?$]/.test(text));
  if (Condition !== undefined || actions.length === 0 || resources.length === 0 || !isPlain) return undefined;
  return actions.flatMap((action) => resources.map((resource) => ({ action, resource })));
}
