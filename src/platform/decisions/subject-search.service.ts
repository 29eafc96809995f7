import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access/actions/caller.js';
import { requireInScope } from '../../access/principals/service-scope.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { parseArn } from '../../kernel/arn.js';
import { Database } from '../../kernel/database/database.service.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import { EvaluationService } from './evaluation.service.js';
import { SearchCursor } from './search-page.js';
import { SubjectService } from './subject.service.js';
import type { SubjectSearch, SubjectSearchResult } from './subject-search.schema.js';

/** Users and roles that are evaluated for one page. */
const MAXIMUM_LOOKED_AT = 200;

/** The users and roles of one account that may perform an action. */
@Injectable()
export class SubjectSearchService {
  constructor(
    private readonly database: Database,
    private readonly subjects: SubjectService,
    private readonly evaluations: EvaluationService,
  ) {}

  /** @throws ApiError InvalidInput, MalformedPolicyDocument for an invalid token, resource or policy */
  async search(
    { page, subject: _, ...question }: SubjectSearch,
    asker: Caller,
    request: RequestFacts,
  ): Promise<SubjectSearchResult> {
    requireInScope(asker, { action: question.action.name });
    const cursor = new SearchCursor(page, question, MAXIMUM_LOOKED_AT);
    const resource = await this.evaluations.resourceOf(question.resource, asker);
    const accountId = searched(question.resource.id, asker);
    const ids = await this.principalIds(accountId, cursor.after, cursor.limit + 1);
    const results: SubjectSearchResult['results'] = [];
    const slices = new TimeSlices();
    for (const id of ids.slice(0, cursor.limit)) {
      await slices.next();
      const principal = await this.subjects.ofId(accountId, id);
      if (principal && this.evaluations.wouldAllow(principal, { ...question, resource }, request)) {
        results.push({ type: 'principal', id: principal.arn });
      }
    }
    const last = ids.length > cursor.limit ? (ids[cursor.limit - 1] ?? cursor.after) : undefined;
    return { results, page: cursor.page(last, results.length) };
  }

  private async principalIds(accountId: string, after: string, take: number): Promise<string[]> {
    const type = { in: ['user' as const, 'role' as const] };
    const rows = await this.database.forAccount(accountId, (tx) =>
      tx.identity.findMany({
        where: { accountId, type, identityId: { gt: after } },
        orderBy: { identityId: 'asc' },
        take,
        select: { identityId: true },
      }),
    );
    return rows.map(({ identityId }) => identityId);
  }
}

/** The management account searches the principals of the resource's owner, others their own. */
function searched(resource: string, asker: Caller): string {
  const owner = parseArn(resource)?.accountId;
  return asker.isManagement && owner !== undefined && /^\d{12}$/.test(owner) ? owner : asker.accountId;
}
