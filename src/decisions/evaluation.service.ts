import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../access/operations/operation.js';
import { Authorizer } from '../access/authorizer.service.js';
import type { Caller } from '../access/caller.js';
import { ConditionKeys, principalKeys } from '../access/condition-context.js';
import { parseArn } from '../common/arn.js';
import { ApiError } from '../common/errors.js';
import { isoSeconds } from '../common/iso-time.js';
import type { ConditionContext } from '../policy-engine/index.js';
import type { Evaluation, EvaluationResult } from './evaluation.schema.js';
import { SubjectService } from './subject.service.js';

/** Decisions for the platform's services. */
@Injectable()
export class EvaluationService {
  constructor(
    private readonly subjects: SubjectService,
    private readonly authorizer: Authorizer,
  ) {}

  /** @throws ApiError InvalidInput when the subject or the resource cannot be understood */
  async evaluate(evaluation: Evaluation, asker: Caller, request: RequestFacts): Promise<EvaluationResult> {
    const subject = await this.subjects.find(evaluation.subject);
    // Whose token it is shows only now: another account's says nothing to a tenant.
    if (!subject || (!asker.isManagement && subject.accountId !== asker.accountId)) {
      const reason = 'There is no such principal, it is not active, or its token is not valid.';
      return { decision: false, context: { reason, verdict: 'implicitDeny', statements: [] } };
    }
    const resource = evaluation.resource.id;
    const question = {
      action: evaluation.action.name,
      resource,
      resourceAccountId: ownerOf(resource) ?? subject.accountId,
      context: conditionsOf(evaluation, subject, request),
    };
    const { verdict, statements } = this.authorizer.decide(subject, question);
    const reason = this.authorizer.denial(subject, question)?.error.message ?? `${question.action} is allowed.`;
    return {
      decision: verdict === 'allowed',
      context: {
        reason,
        verdict,
        statements: statements.map(({ policy, sid, index }) => ({
          policy: policy.id,
          policyType: policy.type,
          ...(sid === undefined ? {} : { sid }),
          index,
        })),
      },
    };
  }
}

/** An ARN without an account, such as an S3 bucket's, belongs to the subject's account. */
function ownerOf(resource: string): string | undefined {
  if (resource === '*') return undefined;
  const arn = parseArn(resource);
  if (!arn) throw new ApiError('InvalidInput', 'resource.id must be an ARN or *.');
  return arn.accountId === '' ? undefined : arn.accountId;
}

/** The asking service knows the circumstances; who the subject is, only Gatehouse says. */
function conditionsOf({ context, resource }: Evaluation, subject: Caller, request: RequestFacts): ConditionContext {
  const given = Object.entries(context ?? {}).map(
    ([key, value]) => [key, Array.isArray(value) ? value.map(String) : String(value)] as const,
  );
  return new ConditionKeys()
    .set('aws:CurrentTime', isoSeconds(request.receivedAt))
    .set('aws:EpochTime', String(Math.floor(request.receivedAt.getTime() / 1000)))
    .setAll(given.filter(([key]) => !isAboutPrincipal(key)))
    .setTags('aws:ResourceTag', resource.properties?.tags ?? {})
    .setAll(principalKeys(subject, request.receivedAt).toContext())
    .toContext();
}

function isAboutPrincipal(key: string): boolean {
  return /^aws:(?:principal.*|userid|username|tokenissuetime|multifactorauth.*)$/i.test(key);
}
