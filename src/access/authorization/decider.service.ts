import { Injectable } from '@nestjs/common';
import { andThen, type MaybePromise } from '../../kernel/maybe-promise.js';
import type { ConditionContext } from 'gatehouse-policy-engine';
import { AccessFacts } from './access-facts.service.js';
import { Authorizer, type Judgement } from './authorizer.service.js';
import type { Question } from './question.js';
import type { Caller } from '../actions/caller.js';
import { sessionLimit } from './session-limits.js';
import type { RequestFacts } from '../actions/request-facts.js';
import { actionConditions, furtherConditions } from './action-conditions.js';
import type { Action, ActionScope, FurtherPermission } from '../actions/action.js';
import { furtherPermissions } from './further-permissions.js';
import { isOwnIdentity, type Target } from '../actions/target.js';

const NEEDS_NO_PERMISSION: Judgement = { grounds: () => 'Needs no permission' };

/** Decides whether a caller may perform an action on a target: session limits, policies, additional permissions. */
@Injectable()
export class Decider {
  constructor(
    private readonly authorizer: Authorizer,
    private readonly accessFacts: AccessFacts,
  ) {}

  decide(action: Action, facts: RequestFacts, scope: ActionScope, target: Target<unknown>): MaybePromise<Judgement> {
    const limit = sessionLimit(scope.caller, {
      permission: action.permission ?? action.name,
      changesCredentials: action.changesCredentials === true,
      isOwn: isOwnIdentity(scope.caller, target),
    });
    if (limit !== undefined) {
      this.accessFacts.note(scope.caller, action.name, false);
      const resourceAccountId = scope.accountId;
      const question = { action: action.name, resource: target.arn, resourceAccountId, context: new Map() };
      return { denial: this.authorizer.implicitDenial(scope.caller, question, limit) };
    }
    if (action.access === 'authenticated') {
      this.accessFacts.note(scope.caller, action.name, true);
      return NEEDS_NO_PERMISSION;
    }
    const context = actionConditions(action, scope, target, facts);
    const question = questionOf(action.permission ?? action.name, scope, target, context);
    const judgement = this.authorizer.judge(scope.caller, question);
    if ('denial' in judgement) return judgement;
    const reason = closedTo(action, scope.caller);
    if (reason !== undefined) return { denial: this.authorizer.implicitDenial(scope.caller, question, reason) };
    return andThen(
      furtherPermissions(action, scope, target),
      (further) => this.decideFurther(action, facts, scope, further) ?? judgement,
    );
  }

  /** @returns undefined if everything is allowed */
  private decideFurther(
    action: Action,
    facts: RequestFacts,
    scope: ActionScope,
    further: readonly FurtherPermission[],
  ): Judgement | undefined {
    for (const permission of further) {
      const context = furtherConditions(action, permission, scope, facts);
      const question = questionOf(permission.action, scope, permission.target, context);
      const judgement = this.authorizer.judge(scope.caller, question);
      if ('denial' in judgement) return judgement;
    }
    return undefined;
  }
}

function questionOf(
  action: string,
  { accountId }: ActionScope,
  { arn, ownerId = accountId, policy, trust }: Target<unknown>,
  context: ConditionContext,
): Question {
  const question = { action, resource: arn, resourceAccountId: ownerId, context };
  if (!policy && !trust) return question;
  return { ...question, ...(policy ? { resourcePolicy: policy } : {}), ...(trust ? { trust } : {}) };
}

/** @returns why callers of this kind cannot call the operation, in the words after the resource of a denial */
function closedTo({ access }: Action, { isManagement, principal }: Caller): string | undefined {
  if (access === 'management' && !isManagement) return 'because only the management account may';
  if (access === 'service' && principal.type !== 'service') return 'because only services of the platform may';
  return undefined;
}
