import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import type { RequestFacts } from '../access/operations/operation.js';
import { ServiceCatalogue } from '../access/service-catalogue.js';
import { ApiError } from '../common/errors.js';
import type { Transaction } from '../database/database.service.js';
import type { ActionSearch, ActionSearchResult } from './action-search.schema.js';
import { EvaluationService } from './evaluation.service.js';

/** Which of the known actions a subject may take on a resource. */
@Injectable()
export class ActionSearchService {
  constructor(
    private readonly catalogue: ServiceCatalogue,
    private readonly evaluations: EvaluationService,
  ) {}

  /** @throws ApiError InvalidInput for a token that no page gave, or a subject or resource that cannot be understood */
  async search(
    tx: Transaction,
    { page, ...question }: ActionSearch,
    asker: Caller,
    request: RequestFacts,
  ): Promise<ActionSearchResult> {
    const after = page?.token ? decode(page.token) : '';
    const limit = page?.limit ?? 100;
    const subject = await this.evaluations.subjectOf(question.subject, asker);
    const services = subject ? await this.catalogue.services(tx) : [];
    const names = services.flatMap(({ namespace, actions }) => actions.map((action) => `${namespace}:${action}`));
    const results: { name: string }[] = [];
    // The token is the last name shown: actions that come or go meanwhile make no gap and no double.
    for (const name of [...new Set(names)].sort().filter((candidate) => candidate > after)) {
      if (!subject || !this.evaluations.wouldAllow(subject, { ...question, action: { name } }, request)) continue;
      if (results.length === limit) return answer(results, encode(results.at(-1)!.name));
      results.push({ name });
    }
    return answer(results, '');
  }
}

function answer(results: { name: string }[], token: string): ActionSearchResult {
  return { results, page: { next_token: token, count: results.length } };
}

function encode(name: string): string {
  return Buffer.from(name).toString('base64url');
}

function decode(token: string): string {
  const name = Buffer.from(token, 'base64url').toString();
  if (/^[\w-]+:[\w-]+$/.test(name) && encode(name) === token) return name;
  throw new ApiError('InvalidInput', 'page.token must be the next_token of the page before.');
}
