import { Controller } from '@nestjs/common';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { parseArn } from '../../kernel/arn.js';
import { type ActionSearch, actionSearchInput, actionSearchOutput } from './action-search.schema.js';
import { ActionSearchService } from './action-search.service.js';
import { type Authorize, authorizeInput, authorizeOutput } from './authorize.schema.js';
import { AuthorizeService } from './authorize.service.js';
import { type Evaluation, evaluationInput, evaluationOutput } from './evaluation.schema.js';
import { EvaluationService } from './evaluation.service.js';
import { type Evaluations, evaluationsInput, evaluationsOutput } from './evaluations.schema.js';
import { EvaluationsService } from './evaluations.service.js';
import { type ResourceSearch, resourceSearchInput, resourceSearchOutput } from './resource-search.schema.js';
import { ResourceSearchService } from './resource-search.service.js';
import { type SubjectSearch, subjectSearchInput, subjectSearchOutput } from './subject-search.schema.js';
import { SubjectSearchService } from './subject-search.service.js';

/** Source: OpenID AuthZEN Authorization API 1.0. */
@Controller()
export class DecisionsController {
  constructor(
    private readonly evaluations: EvaluationService,
    private readonly batches: EvaluationsService,
    private readonly actions: ActionSearchService,
    private readonly signed: AuthorizeService,
    private readonly resources: ResourceSearchService,
    private readonly subjects: SubjectSearchService,
  ) {}

  @Operation({
    name: 'gatehouse:Evaluate',
    summary: 'Evaluate whether a principal may perform an action',
    description:
      'OpenID AuthZEN Authorization API 1.0, Access Evaluation. Principals of the management account ' +
      'may ask about every account, others about their own account.',
    route: 'POST /access/v1/evaluation',
    accessLevel: 'Read',
    input: evaluationInput,
    output: evaluationOutput,
    locate: (scope) => subjectTarget(scope.input.subject, scope),
    errors: ['InvalidInput', 'MalformedPolicyDocument'],
    effect: 'readsMemory',
  })
  evaluate(input: Evaluation, { caller, request }: OperationContext) {
    return this.evaluations.evaluate(input, caller, request);
  }

  @Operation({
    name: 'gatehouse:EvaluateBatch',
    permission: 'gatehouse:Evaluate',
    summary: 'Evaluate up to 100 questions in one request',
    description:
      'OpenID AuthZEN Authorization API 1.0, Access Evaluations, with its three semantics. If one ' +
      'question of a tenant is about a principal of another account, the whole request is denied.',
    route: 'POST /access/v1/evaluations',
    accessLevel: 'Read',
    input: evaluationsInput,
    output: evaluationsOutput,
    locate: (scope) => batchTargets(scope)[0] ?? { arn: '*', row: undefined },
    alsoRequires: (scope) =>
      batchTargets(scope)
        .slice(1)
        .map((target) => ({ action: 'gatehouse:Evaluate', target })),
    errors: ['InvalidInput'],
    effect: 'readsMemory',
  })
  evaluateBatch(input: Evaluations, { caller, request }: OperationContext) {
    return this.batches.evaluate(input, caller, request);
  }

  @Operation({
    name: 'gatehouse:SearchActions',
    permission: 'gatehouse:Evaluate',
    summary: 'Search the actions that a principal may perform on a resource',
    description:
      'OpenID AuthZEN Authorization API 1.0, Action Search. Covers the actions of Gatehouse and of ' +
      'every registered service.',
    route: 'POST /access/v1/search/action',
    accessLevel: 'Read',
    input: actionSearchInput,
    output: actionSearchOutput,
    locate: (scope) => subjectTarget(scope.input.subject, scope),
    errors: ['InvalidInput', 'MalformedPolicyDocument'],
  })
  searchActions(input: ActionSearch, { tx, caller, request }: OperationContext) {
    return this.actions.search(tx, input, caller, request);
  }

  @Operation({
    name: 'gatehouse:SearchResources',
    permission: 'gatehouse:Evaluate',
    summary: 'Search the resources on which a principal may perform an action',
    description:
      "OpenID AuthZEN Authorization API 1.0, Resource Search. Covers the resources of the subject's " +
      'account that have a stored policy. A page that is not the last may contain fewer results than ' +
      'its limit, or none.',
    route: 'POST /access/v1/search/resource',
    accessLevel: 'Read',
    input: resourceSearchInput,
    output: resourceSearchOutput,
    locate: (scope) => subjectTarget(scope.input.subject, scope),
    errors: ['InvalidInput', 'MalformedPolicyDocument'],
    effect: 'readsMemory',
  })
  searchResources(input: ResourceSearch, { caller, request }: OperationContext) {
    return this.resources.search(input, caller, request);
  }

  @Operation({
    name: 'gatehouse:SearchSubjects',
    permission: 'gatehouse:Evaluate',
    summary: 'Search the users and roles that may perform an action',
    description:
      'OpenID AuthZEN Authorization API 1.0, Subject Search. Covers the users and roles of one ' +
      'account: the owner of the resource if the management account asks, otherwise the account of the ' +
      'caller. A page that is not the last may contain fewer results than its limit, or none.',
    route: 'POST /access/v1/search/subject',
    accessLevel: 'Read',
    input: subjectSearchInput,
    output: subjectSearchOutput,
    errors: ['InvalidInput', 'MalformedPolicyDocument'],
    effect: 'readsMemory',
  })
  searchSubjects(input: SubjectSearch, { caller, request }: OperationContext) {
    return this.subjects.search(input, caller, request);
  }

  @Operation({
    name: 'gatehouse:Authorize',
    permission: 'gatehouse:Evaluate',
    summary: 'Verify the signature of a request that a service received, and decide for the signer',
    description:
      'Verifies Signature Version 4 (header or presigned URL, long-term or temporary credentials) for ' +
      'the asking service, within fifteen minutes of the signature, and decides whether the signer may ' +
      'perform the action.',
    route: 'POST /v1/authorize',
    accessLevel: 'Read',
    input: authorizeInput,
    output: authorizeOutput,
    errors: ['InvalidInput', 'MalformedPolicyDocument'],
    effect: 'readsMemory',
  })
  authorize(input: Authorize, { caller, request }: OperationContext) {
    return this.signed.authorize(input, caller, request);
  }
}

type Scope = Pick<LocateScope<unknown>, 'caller' | 'partition'>;
interface SubjectTarget {
  readonly arn: string;
  readonly row: undefined;
  readonly ownerId?: string;
}

/**
 * The permission is decided on the ARN in the question. Only services learn later who is behind a token or a signature.
 */
function subjectTarget({ type, id }: Evaluation['subject'], { caller, partition }: Scope): SubjectTarget {
  if (type === 'token') return { arn: `arn:${partition}:gatehouse::${caller.accountId}:token`, row: undefined };
  const owner = caller.isManagement ? caller.accountId : parseArn(id)?.accountId;
  return { arn: id, row: undefined, ...(owner ? { ownerId: owner } : {}) };
}

/** Each subject once; one of another account comes first, so that it decides for the whole batch. */
function batchTargets({ input, ...scope }: LocateScope<Evaluations>): SubjectTarget[] {
  const asked = input.evaluations?.length ? input.evaluations : [input];
  const targets = new Map<string, SubjectTarget>();
  for (const { subject = input.subject } of asked) {
    if (!subject) continue;
    const target = subjectTarget(subject, scope);
    targets.set(target.arn, target);
  }
  const isForeign = ({ ownerId = scope.caller.accountId }: SubjectTarget) => ownerId !== scope.caller.accountId;
  const all = [...targets.values()];
  return [...all.filter(isForeign), ...all.filter((target) => !isForeign(target))];
}
