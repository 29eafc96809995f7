import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../access/operations/operation.js';
import { Authorizer, type Judgement, type Question } from '../access/authorizer.service.js';
import type { Caller } from '../access/caller.js';
import { ConditionKeys, DeferredConditions, principalKeys } from '../access/condition-context.js';
import { parseArn } from '../common/arn.js';
import { ApiError } from '../common/errors.js';
import { andThen, type MaybePromise } from '../common/maybe-promise.js';
import { isoSeconds } from '../common/iso-time.js';
import {
  type CompiledPolicy,
  compilePolicy,
  parsePolicy,
  type PolicySource,
  PolicySyntaxError,
} from '../policy-engine/index.js';
import { Settings } from '../config/settings.js';
import type { Evaluation, EvaluationResult } from './evaluation.schema.js';
import { SubjectService } from './subject.service.js';

/** What is asked about a subject that is known. */
type Matter = Omit<Evaluation, 'subject'>;

const GIVEN_POLICY: PolicySource = { id: 'resource.properties.policy', type: 'resource' };

/** Decisions for the platform's services. */
@Injectable()
export class EvaluationService {
  constructor(
    private readonly subjects: SubjectService,
    private readonly authorizer: Authorizer,
    private readonly settings: Settings,
  ) {}

  /** @throws ApiError InvalidInput when the subject or the resource cannot be understood */
  evaluate(evaluation: Evaluation, asker: Caller, request: RequestFacts): MaybePromise<EvaluationResult> {
    return andThen(this.subjectOf(evaluation.subject, asker), (subject) => {
      if (subject) return this.decide(subject, evaluation, request);
      const reason = 'There is no such principal, it is not active, or its token is not valid.';
      return { decision: false, context: { reason, verdict: 'implicitDeny', statements: [] } };
    });
  }

  /**
   * @returns undefined when there is no such principal, it is not active, the token is not good, or whose it is shows
   *   that a tenant asks about another
   */
  subjectOf(subject: Evaluation['subject'], asker: Caller): MaybePromise<Caller | undefined> {
    return andThen(this.subjects.find(subject), (found) =>
      found && (asker.isManagement || found.accountId === asker.accountId) ? found : undefined,
    );
  }

  /** @throws ApiError InvalidInput, MalformedPolicyDocument when the resource or its policy cannot be understood */
  decide(subject: Caller, evaluation: Matter, request: RequestFacts): EvaluationResult {
    const question = this.question(subject, evaluation, request);
    const judgement = this.authorizer.judge(subject, question);
    const { verdict, statements } = judgement.decision;
    return {
      decision: verdict === 'allowed',
      context: {
        ...explanationOf(judgement, question),
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

  /** As `decide`, without a trace: nobody attempts what is only searched. */
  wouldAllow(subject: Caller, evaluation: Matter, request: RequestFacts): boolean {
    return this.authorizer.foresee(subject, this.question(subject, evaluation, request)).verdict === 'allowed';
  }

  private question(subject: Caller, evaluation: Matter, request: RequestFacts): Question {
    const { id: resource, properties } = evaluation.resource;
    const { partition } = this.settings;
    const policy = properties?.policy;
    return {
      action: evaluation.action.name,
      resource,
      resourceAccountId: ownerOf(resource) ?? subject.accountId,
      context: new DeferredConditions(() => conditionsOf(evaluation, subject, request)),
      ...(policy === undefined ? {} : { resourcePolicy: givenPolicy(policy, partition) }),
    };
  }
}

function explanationOf(judgement: Judgement, { action }: Question) {
  if (!('denial' in judgement)) return { reason: `${action} is allowed.` };
  const { message: reason, details } = judgement.denial.error;
  return { reason, encodedAuthorizationMessage: details['encodedAuthorizationMessage'] as string };
}

function givenPolicy(document: string, partition: string): CompiledPolicy {
  try {
    return compilePolicy(parsePolicy(document, 'resource', { partition }), GIVEN_POLICY);
  } catch (error) {
    if (error instanceof PolicySyntaxError) throw new ApiError('MalformedPolicyDocument', error.message);
    throw error;
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
function conditionsOf({ context, resource }: Matter, subject: Caller, request: RequestFacts): ConditionKeys {
  const given = Object.entries(context ?? {}).map(
    ([key, value]) => [key, Array.isArray(value) ? value.map(String) : String(value)] as const,
  );
  return new ConditionKeys()
    .set('aws:CurrentTime', isoSeconds(request.receivedAt))
    .set('aws:EpochTime', String(Math.floor(request.receivedAt.getTime() / 1000)))
    .setAll(given.filter(([key]) => !isAboutPrincipal(key)))
    .setTags('aws:ResourceTag', resource.properties?.tags ?? {})
    .setAll(principalKeys(subject, request.receivedAt).toContext());
}

function isAboutPrincipal(key: string): boolean {
  return /^aws:(?:principal.*|userid|username|tokenissuetime|multifactorauth.*|sourceidentity|federatedprovider)$/i.test(
    key,
  );
}
