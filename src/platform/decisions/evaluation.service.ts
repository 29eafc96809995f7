import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { Authorizer, type Judgement } from '../../access/authorization/authorizer.service.js';
import type { Question } from '../../access/authorization/question.js';
import type { Caller } from '../../access/actions/caller.js';
import { compiledBytes } from '../../access/principals/compiled-bytes.js';
import { ConditionKeys, DeferredConditions, principalKeys } from '../../access/authorization/condition-context.js';
import { requireInScope } from '../../access/principals/service-scope.js';
import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { andThen, type MaybePromise } from '../../kernel/maybe-promise.js';
import { isoSeconds } from '../../kernel/iso-time.js';
import type { Tags } from '../../kernel/tags.js';
import {
  type CompiledPolicy,
  compilePolicy,
  parsePolicy,
  type PolicySource,
  PolicySyntaxError,
} from 'gatehouse-policy-engine';
import { Settings } from '../../kernel/config/settings.js';
import { knownAs, type PrincipalIds } from '../../iam/policies/policy-principals.service.js';
import { ResourcePolicyDirectory } from '../resource-policies/resource-policy-directory.service.js';
import type { Evaluation, EvaluationResult } from './evaluation.schema.js';
import { SubjectService } from './subject.service.js';

/** The resource in the question, with its own policy: from the question, or else the stored one. */
export interface AskedResource {
  readonly arn: string;
  /** Absent if its ARN contains no account: it then belongs to the subject's account. */
  readonly accountId?: string;
  readonly tags: Tags;
  readonly policy?: CompiledPolicy;
  /** For a stored policy. */
  readonly principalIds?: PrincipalIds;
}

/** A question about a known subject. */
export interface Matter extends Pick<Evaluation, 'action' | 'context'> {
  readonly resource: AskedResource;
}

const GIVEN_POLICIES_BYTES = 8 * 1024 * 1024;

const GIVEN_POLICY: PolicySource = { id: 'resource.properties.policy', type: 'resource' };

/** Decisions for the platform's services. */
@Injectable()
export class EvaluationService {
  /**
   * By their text: a service asks about one resource many times, and a batch contains the same policy in each question.
   */
  private readonly givenPolicies = new LRUCache<string, CompiledPolicy>({
    maxSize: GIVEN_POLICIES_BYTES,
    sizeCalculation: (_, document) => compiledBytes(document),
  });

  constructor(
    private readonly subjects: SubjectService,
    private readonly authorizer: Authorizer,
    private readonly policies: ResourcePolicyDirectory,
    private readonly settings: Settings,
  ) {}

  /**
   * @throws ApiError InvalidInput if the subject or the resource is invalid; AccessDenied if a service asks about what
   *   belongs to another service
   */
  evaluate(evaluation: Evaluation, asker: Caller, request: RequestFacts): MaybePromise<EvaluationResult> {
    requireInScope(asker, { action: evaluation.action.name });
    return andThen(this.subjectOf(evaluation.subject, asker), (subject) => {
      if (subject) {
        return andThen(this.resourceOf(evaluation.resource, asker), (resource) =>
          this.decide(subject, { ...evaluation, resource }, request),
        );
      }
      const reason = 'The principal does not exist or is not active, or its token is not valid.';
      return { decision: false, context: { reason, verdict: 'implicitDeny', statements: [] } };
    });
  }

  /**
   * @returns undefined if there is no such principal, it is not active, the token is invalid, or it turns out that a
   *   tenant asks about another account
   */
  subjectOf(subject: Evaluation['subject'], asker: Caller): MaybePromise<Caller | undefined> {
    return andThen(this.subjects.find(subject), (found) =>
      found && (asker.isManagement || found.accountId === asker.accountId) ? found : undefined,
    );
  }

  /**
   * Stored policies are used only if the caller may know them: a tenant learns nothing about policies of others'
   * resources.
   *
   * @throws ApiError InvalidInput, MalformedPolicyDocument if the resource or its policy is invalid; AccessDenied for a
   *   service that does not own the resource
   */
  resourceOf({ id, properties = {} }: Evaluation['resource'], asker: Caller): MaybePromise<AskedResource> {
    requireInScope(asker, { resource: id });
    const { tags = {}, policy } = properties;
    const accountId = ownerOf(id);
    if (policy !== undefined) {
      const given = this.givenPolicy(policy);
      return { arn: id, tags, policy: given, ...(accountId === undefined ? {} : { accountId }) };
    }
    if (accountId === undefined) return { arn: id, tags };
    if (!asker.isManagement && accountId !== asker.accountId) return { arn: id, accountId, tags };
    return andThen(this.policies.find(accountId, id), (stored) => ({ arn: id, accountId, tags, ...stored }));
  }

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

  /** Like `decide`, without recording: nobody attempts a search's actions. */
  wouldAllow(subject: Caller, evaluation: Matter, request: RequestFacts): boolean {
    return this.authorizer.foresee(subject, this.question(subject, evaluation, request)).verdict === 'allowed';
  }

  private givenPolicy(document: string): CompiledPolicy {
    const known = this.givenPolicies.get(document);
    if (known) return known;
    try {
      const { partition } = this.settings;
      const compiled = compilePolicy(parsePolicy(document, 'resource', { partition }), GIVEN_POLICY);
      this.givenPolicies.set(document, compiled);
      return compiled;
    } catch (error) {
      if (error instanceof PolicySyntaxError) throw new ApiError('MalformedPolicyDocument', error.message);
      throw error;
    }
  }

  private question(subject: Caller, matter: Matter, request: RequestFacts): Question {
    const { action, resource } = matter;
    const { arn, accountId = subject.accountId, policy, principalIds } = resource;
    const context = new DeferredConditions(() => conditionsOf(matter, subject, request));
    const question = { action: action.name, resource: arn, resourceAccountId: accountId, context };
    if (!policy) return question;
    if (!principalIds) return { ...question, resourcePolicy: policy };
    return { ...question, resourcePolicy: policy, knownAs: nameIn(principalIds, subject) };
  }
}

/**
 * The subject as known to the policy: its unique ID, if the policy refers to another principal with the subject's ARN.
 */
function nameIn(ids: PrincipalIds, { principal, arn, principalId, identityId = principalId }: Caller): string {
  const named = principal.type === 'assumedRole' ? principal.roleArn : arn;
  return knownAs(ids, named, identityId) ?? identityId;
}

function explanationOf(judgement: Judgement, { action }: Question) {
  if (!('denial' in judgement)) return { reason: `${action} is allowed.` };
  const { message: reason, details } = judgement.denial.error;
  return { reason, encodedAuthorizationMessage: details['encodedAuthorizationMessage'] as string };
}

/** An ARN without an account, such as an S3 bucket's, belongs to the subject's account. */
function ownerOf(resource: string): string | undefined {
  if (resource === '*') return undefined;
  const arn = parseArn(resource);
  if (!arn) throw new ApiError('InvalidInput', 'resource.id must be an ARN or *.');
  return arn.accountId === '' ? undefined : arn.accountId;
}

/** The asking service provides the context; only Gatehouse determines who the subject is. */
function conditionsOf({ context, resource }: Matter, subject: Caller, request: RequestFacts): ConditionKeys {
  const given = Object.entries(context ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, Array.isArray(value) ? value.map(String) : String(value)] as const],
  );
  return new ConditionKeys()
    .set('aws:CurrentTime', isoSeconds(request.receivedAt))
    .set('aws:EpochTime', String(Math.floor(request.receivedAt.getTime() / 1000)))
    .setAll(given.filter(([key]) => !isAboutPrincipal(key)))
    .setTags('aws:ResourceTag', resource.tags)
    .setAll(principalKeys(subject, request.receivedAt).toContext());
}

function isAboutPrincipal(key: string): boolean {
  return /^aws:(?:principal.*|userid|username|tokenissuetime|multifactorauth.*|sourceidentity|federatedprovider)$/i.test(
    key,
  );
}
