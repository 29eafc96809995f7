import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access/actions/caller.js';
import { requireInScope } from '../../access/principals/service-scope.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { ResourcePolicyDirectory } from '../resource-policies/resource-policy-directory.service.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import { EvaluationService } from './evaluation.service.js';
import type { ResourceSearch, ResourceSearchResult } from './resource-search.schema.js';
import { SearchCursor } from './search-page.js';

/** Resources that are evaluated for one page. */
const MAXIMUM_LOOKED_AT = 200;

/**
 * The resources with a stored policy, of the subject's account and of one type, on which the subject may act. Only the
 * services know about others.
 */
@Injectable()
export class ResourceSearchService {
  constructor(
    private readonly policies: ResourcePolicyDirectory,
    private readonly evaluations: EvaluationService,
  ) {}

  /** @throws ApiError InvalidInput, MalformedPolicyDocument for an invalid token, subject or policy */
  async search(
    { page, ...question }: ResourceSearch,
    asker: Caller,
    request: RequestFacts,
  ): Promise<ResourceSearchResult> {
    requireInScope(asker, { action: question.action.name });
    const { type, properties } = question.resource;
    const asked = { ...question, resource: { type, properties } };
    const cursor = new SearchCursor(page, asked, MAXIMUM_LOOKED_AT);
    const subject = await this.evaluations.subjectOf(question.subject, asker);
    if (!subject) return { results: [], page: cursor.page(undefined, 0) };
    const arns = await this.policies.ofType(subject.accountId, type, {
      after: cursor.after,
      take: cursor.limit + 1,
      services: asker.servicePrefixes,
    });
    const results: ResourceSearchResult['results'] = [];
    const slices = new TimeSlices();
    for (const id of arns.slice(0, cursor.limit)) {
      await slices.next();
      const resource = await this.evaluations.resourceOf({ type, id, properties }, asker);
      // Reading the policy of the resource may have used up the slice.
      await slices.next();
      if (this.evaluations.wouldAllow(subject, { ...question, resource }, request)) results.push({ type, id });
    }
    const last = arns.length > cursor.limit ? (arns[cursor.limit - 1] ?? cursor.after) : undefined;
    return { results, page: cursor.page(last, results.length) };
  }
}
