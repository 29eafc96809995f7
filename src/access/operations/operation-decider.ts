import { Injectable } from '@nestjs/common';
import { andThen, type MaybePromise } from '../../common/maybe-promise.js';
import type { ConditionContext } from '../../policy-engine/index.js';
import { AccessFacts } from '../access-facts.service.js';
import { Authorizer, type Judgement, type Question } from '../authorizer.service.js';
import type { Caller } from '../caller.js';
import { sessionLimit } from '../session-limits.js';
import type { AuthorizedOperation, FurtherPermission, LocateScope, RequestFacts, Target } from './operation.js';
import { operationConditions } from './operation-conditions.js';

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
    const limit = sessionLimit(scope.caller, operation.permission ?? operation.name);
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
    const question = questionOf(operation, scope, target, context);
    const judgement = this.authorizer.judge(scope.caller, question);
    if ('denial' in judgement) return judgement;
    const reason = closedTo(operation, scope.caller);
    if (reason !== undefined) return { denial: this.authorizer.implicitDenial(scope.caller, question, reason) };
    if (!operation.alsoRequires) return judgement;
    return andThen(
      operation.alsoRequires(scope, target),
      (further) => this.decideFurther(scope.caller, question, further) ?? judgement,
    );
  }

  /** @returns undefined when everything is allowed */
  private decideFurther(
    caller: Caller,
    { resourcePolicy: _, ...question }: Question,
    further: readonly FurtherPermission[],
  ): Judgement | undefined {
    for (const { action, resource, conditions = {} } of further) {
      const context = new Map([...question.context, ...Object.entries(conditions).map(lowerCaseKey)]);
      const judgement = this.authorizer.judge(caller, { ...question, action, resource, context });
      if ('denial' in judgement) return judgement;
    }
    return undefined;
  }
}

function questionOf(
  { name, permission = name }: AuthorizedOperation,
  { accountId }: Scope,
  { arn, ownerId = accountId, policy, trust }: Target<unknown>,
  context: ConditionContext,
): Question {
  const question = { action: permission, resource: arn, resourceAccountId: ownerId, context };
  if (!policy && !trust) return question;
  return { ...question, ...(policy ? { resourcePolicy: policy } : {}), ...(trust ? { trust } : {}) };
}

/** @returns why the operation is not for callers of this kind, in the words that follow the resource of a denial */
function closedTo({ access }: AuthorizedOperation, { isManagement, principal }: Caller): string | undefined {
  if (access === 'management' && !isManagement) return 'because only the management account may';
  if (access === 'service' && principal.type !== 'service') return 'because only services of the platform may';
  return undefined;
}

function lowerCaseKey([key, value]: [string, string | readonly string[]]): [string, string | readonly string[]] {
  return [key.toLowerCase(), value];
}
