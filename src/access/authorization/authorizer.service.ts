import { Injectable } from '@nestjs/common';
import { ApiError } from '../../kernel/errors/errors.js';
import {
  type AuthorizationRequest,
  type Decision,
  decide,
  decideTrust,
  denialReason,
  type RequestPrincipal,
} from 'gatehouse-policy-engine';
import { inSpan } from '../../kernel/tracing/spans.js';
import { AccessFacts } from './access-facts.service.js';
import { AuthorizationMessages, type DeniedDecision } from './authorization-messages.service.js';
import type { Caller } from '../actions/caller.js';
import { Observers } from './observers.js';
import type { RoleTrust } from '../actions/target.js';
import type { Question } from './question.js';
import { servicePermissions } from './service-permissions.js';

/** Why a caller is denied, for the audit log and for the caller. */
export interface Denial {
  readonly verdict: 'explicitDeny' | 'implicitDeny';
  readonly error: ApiError;
}

/** A decision with its reason: the statements that allowed it, or the denial. */
export type Judgement = { readonly grounds: () => string } | { readonly denial: Denial };

/** A decision with the statements themselves. */
export type ReasonedJudgement = Judgement & { readonly decision: Decision };

const NO_ATTRIBUTES = {};

/** Evaluates with the policy engine whether a caller may do something. */
@Injectable()
export class Authorizer {
  constructor(
    private readonly facts: AccessFacts,
    private readonly observers: Observers,
    private readonly messages: AuthorizationMessages,
  ) {}

  decide(caller: Caller, question: Question): Decision {
    const startedAt = performance.now();
    const decision = inSpan('decide', NO_ATTRIBUTES, () => this.ask(caller, question));
    this.observers.decided(decision.verdict, (performance.now() - startedAt) / 1000);
    this.facts.note(caller, question.action, decision.verdict === 'allowed');
    return decision;
  }

  /** Like `decide`, for an action that is not attempted: it is neither measured nor recorded. */
  foresee(caller: Caller, question: Question): Decision {
    return this.ask(caller, question);
  }

  /** @returns the denial in AWS's words, with the encoded message for `sts:DecodeAuthorizationMessage` */
  judge(caller: Caller, question: Question): ReasonedJudgement {
    const decision = this.decide(caller, question);
    const { verdict, statements } = decision;
    if (verdict === 'allowed') return { decision, grounds: () => groundsOf(decision, caller) };
    const reason = denialReason(decision, this.request(caller, question));
    return { decision, denial: this.denied(caller, question, { verdict, statements, reason }) };
  }

  /** @param reason why no policy could allow it, in the words after the resource */
  implicitDenial(caller: Caller, question: Question, reason: string): Denial {
    return this.denied(caller, question, { verdict: 'implicitDeny', statements: [], reason });
  }

  private denied(caller: Caller, question: Question, denied: DeniedDecision): Denial {
    const encodedAuthorizationMessage = this.messages.encode(caller, question, denied);
    const error = new ApiError('AccessDenied', inWords(caller, question, denied.reason), {
      encodedAuthorizationMessage,
    });
    return { verdict: denied.verdict, error };
  }

  private ask(caller: Caller, question: Question): Decision {
    const { resourcePolicy, trust, knownAs } = question;
    if (trust) return decideToAssume(this.request(caller, question), caller, trust);
    const resource = resourcePolicy ?? servicePermissions(caller);
    const asked = this.request(caller, question);
    const request = knownAs === undefined ? asked : { ...asked, principal: named(caller, knownAs) };
    return decide(request, resource ? { ...caller.policies, resource } : caller.policies);
  }

  private request(caller: Caller, { action, resource, resourceAccountId, context }: Question): AuthorizationRequest {
    return { principal: caller.principal, action, resource, resourceAccountId, context };
  }
}

function decideToAssume(request: AuthorizationRequest, caller: Caller, { policy, knownAs }: RoleTrust): Decision {
  if (!policy) return { verdict: 'implicitDeny', statements: [], layer: 'trust' };
  return decideTrust({ ...request, principal: named(caller, knownAs) }, { ...caller.policies, trust: policy });
}

/** The principal with the ARN that a policy uses for it; for the session of a role, the ARN of the role. */
function named({ principal }: Caller, knownAs: string): RequestPrincipal {
  if (principal.type === 'service') return principal;
  return principal.type === 'assumedRole' ? { ...principal, roleArn: knownAs } : { ...principal, arn: knownAs };
}

/**
 * `Allowed by statement ReadAll of arn:aws:iam::123456789012:policy/readers`; statements without a Sid by zero-based
 * position.
 */
function groundsOf({ statements }: Decision, { principal }: Caller): string {
  if (statements.length === 0) return `Allowed for every ${principal.type}`;
  const named = statements.map(({ policy, sid, index }) => `statement ${sid ?? index} of ${policy.id}`);
  return `Allowed by ${named.join(' and ')}`;
}

function inWords({ arn }: Caller, { action, resource }: Question, reason: string): string {
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  return `User: ${arn} is not authorized to perform: ${action}${on} ${reason}`;
}
