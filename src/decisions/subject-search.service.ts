import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import type { RequestFacts } from '../access/operations/operation.js';
import { parseArn } from '../common/arn.js';
import { ApiError } from '../common/errors.js';
import { Database } from '../database/database.service.js';
import { EvaluationService } from './evaluation.service.js';
import { SubjectService } from './subject.service.js';
import type { SubjectSearch, SubjectSearchResult } from './subject-search.schema.js';

/** Which users of one account may do something. */
@Injectable()
export class SubjectSearchService {
  constructor(
    private readonly database: Database,
    private readonly subjects: SubjectService,
    private readonly evaluations: EvaluationService,
  ) {}

  /** @throws ApiError InvalidInput, MalformedPolicyDocument for a token, a resource or a policy that is none */
  async search({ page, ...matter }: SubjectSearch, asker: Caller, request: RequestFacts): Promise<SubjectSearchResult> {
    const accountId = searched(matter.resource.id, asker);
    const limit = page?.limit ?? 100;
    const ids = await this.userIds(accountId, decode(page?.token), limit + 1);
    const results: SubjectSearchResult['results'] = [];
    for (const id of ids.slice(0, limit)) {
      const user = await this.subjects.ofId(accountId, id);
      if (user && this.evaluations.wouldAllow(user, matter, request)) results.push({ type: 'principal', id: user.arn });
    }
    // The token is the last id looked at: users who come or go meanwhile make no gap and no double.
    return { results, page: { next_token: ids.length > limit ? ids[limit - 1]! : '', count: results.length } };
  }

  private async userIds(accountId: string, after: string, take: number): Promise<string[]> {
    const where = { accountId, type: 'user' as const, identityId: { gt: after } };
    const orderBy = { identityId: 'asc' as const };
    const rows = await this.database.forAccount(accountId, (tx) =>
      tx.identity.findMany({ where, orderBy, take, select: { identityId: true } }),
    );
    return rows.map(({ identityId }) => identityId);
  }
}

/** The management account searches among the users of the resource's owner, others among their own. */
function searched(resource: string, asker: Caller): string {
  const owner = parseArn(resource)?.accountId;
  return asker.isManagement && owner !== undefined && /^\d{12}$/.test(owner) ? owner : asker.accountId;
}

function decode(token: string | undefined): string {
  if (!token || /^AIDA[A-Z2-7]{10,60}$/.test(token)) return token ?? '';
  throw new ApiError('InvalidInput', 'page.token must be the next_token of the page before.');
}
