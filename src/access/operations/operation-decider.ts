import { Injectable } from '@nestjs/common';
import { andThen, type MaybePromise } from '../../common/maybe-promise.js';
import type { ConditionContext } from '../../policy-engine/index.js';
import { AccessFacts } from '../access-facts.service.js';
import { Authorizer, type Judgement, type Question } from '../authorizer.service.js';
import type { Caller } from '../caller.js';
import { sessionLimit } from '../session-limits.js';
import {
  type AuthorizedOperation,
  type FurtherPermission,
  isOwnIdentity,
  type LocateScope,
  type RequestFacts,
  type Target,
} from './operation.js';
import { furtherPermissions } from './further-permissions.js';
import { furtherConditions, operationConditions } from './operation-conditions.js';

type Scope = LocateScope<Record<string, unknown>>;

const NEEDS_NO_PERMISSION: Judgement = { grounds: () => 'Needs no permission' };

/** The step `decide` of a request: may this caller call this operation on this target? */
@Injectable()
export class OperationDecider {
  constructor(
    private readonly authorizer: Authorizer,
    private readonly accessFacts: AccessFacts,
  ) {}

  decide(
    operation: AuthorizedOperation,
    facts: RequestFacts,
    scope: Scope,
    target: Target<unknown>,
  ): MaybePromise<Judgement> {
    // A stranger gets here only through an operation that admits strangers.
    if (!scope.caller) return NEEDS_NO_PERMISSION;
    const limit = sessionLimit(scope.caller, {
      permission: operation.permission ?? operation.name,
      changesCredentials: operation.changesCredentials === true,
      isOwn: isOwnIdentity(scope.caller, target),
    });
    if (limit !== undefined) {
      this.accessFacts.note(scope.caller, operation.name, false);
      const resourceAccountId = scope.accountId;
      const question = { action: operation.name, resource: target.arn, resourceAccountId, context: new Map() };
      return { denial: this.authorizer.implicitDenial(scope.caller, question, limit) };
    }
    if (operation.access === 'authenticated') {
      this.accessFacts.note(scope.caller, operation.name, true);
      return NEEDS_NO_PERMISSION;
    }
    const context = operationConditions(operation, scope, target, facts);
    const question = questionOf(operation.permission ?? operation.name, scope, target, context);
    const judgement = this.authorizer.judge(scope.caller, question);
    if ('denial' in judgement) return judgement;
    const reason = closedTo(operation, scope.caller);
    if (reason !== undefined) return { denial: this.authorizer.implicitDenial(scope.caller, question, reason) };
    return andThen(
      furtherPermissions(operation, scope, target),
      (further) => this.decideFurther(operation, facts, scope, further) ?? judgement,
    );
  }

  /** @returns undefined when everything is allowed */
  private decideFurther(
    operation: AuthorizedOperation,
    facts: RequestFacts,
    scope: Scope,
    further: readonly FurtherPermission[],
  ): Judgement | undefined {
    for (const permission of further) {
      const context = furtherConditions(operation, permission, scope, facts);
      const question = questionOf(permission.action, scope, permission.target, context);
      const judgement = this.authorizer.judge(scope.caller, question);
      if ('denial' in judgement) return judgement;
    }
    return undefined;
  }
}

function questionOf(
  action: string,
  { accountId }: Scope,
  { arn, ownerId = accountId, policy, trust }: Target<unknown>,
  context: ConditionContext,
): Question {
  const question = { action, resource: arn, resourceAccountId: ownerId, context };
  if (!policy && !trust) return question;
  return { ...question, ...(policy ? { resourcePolicy: policy } : {}), ...(trust ? { trust } : {}) };
}

/** @returns why the operation is not for callers of this kind, in the words that follow the resource of a denial */
function closedTo({ access }: AuthorizedOperation, { isManagement, principal }: Caller): string | undefined {
  if (access === 'management' && !isManagement) return 'because only the management account may';
  if (access === 'service' && principal.type !== 'service') return 'because only services of the platform may';
  return undefined;
}
