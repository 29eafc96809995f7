import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access/actions/caller.js';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { ServiceCatalogue } from '../../operations/service-catalogue.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { ActionSearch, ActionSearchResult } from './action-search.schema.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import { EvaluationService } from './evaluation.service.js';
import { SearchCursor } from './search-page.js';

const MAXIMUM_RESULTS = 1000;
/** Actions that are evaluated for one page; a page that is not the last may have few results, or none. */
const MAXIMUM_LOOKED_AT = 1000;

/** The known actions that a subject may perform on a resource. */
@Injectable()
export class ActionSearchService {
  constructor(
    private readonly catalogue: ServiceCatalogue,
    private readonly evaluations: EvaluationService,
  ) {}

  /** @throws ApiError InvalidInput for a token that no page returned, or an invalid subject or resource */
  async search(
    tx: Transaction,
    { page, ...question }: ActionSearch,
    asker: Caller,
    request: RequestFacts,
  ): Promise<ActionSearchResult> {
    const cursor = new SearchCursor(page, question, MAXIMUM_RESULTS);
    const subject = await this.evaluations.subjectOf(question.subject, asker);
    const resource = await this.evaluations.resourceOf(question.resource, asker);
    const results: { name: string }[] = [];
    const slices = new TimeSlices();
    const names = subject ? await this.names(tx, cursor.after, asker) : [];
    for (const name of names.slice(0, MAXIMUM_LOOKED_AT)) {
      await slices.next();
      if (!this.evaluations.wouldAllow(subject!, { ...question, resource, action: { name } }, request)) continue;
      if (results.length === cursor.limit) {
        return { results, page: cursor.page(results.at(-1)?.name ?? cursor.after, results.length) };
      }
      results.push({ name });
    }
    const last = names.length > MAXIMUM_LOOKED_AT ? names[MAXIMUM_LOOKED_AT - 1] : undefined;
    return { results, page: cursor.page(last, results.length) };
  }

  /** @param asker a service gets only actions with its prefixes */
  private async names(tx: Transaction, after: string, { servicePrefixes }: Caller): Promise<string[]> {
    const services = await this.catalogue.services(tx);
    const told = services.filter(({ namespace }) => servicePrefixes?.includes(namespace) ?? true);
    const names = told.flatMap(({ namespace, actions }) => actions.map((action) => `${namespace}:${action}`));
    return [...new Set(names)].sort().filter((name) => name > after);
  }
}
