import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ApiError } from '../../kernel/errors/errors.js';

/** OpenID AuthZEN Authorization API 1.0 §8.2.1. */
export const searchPageInput = z
  .object({
    /** `next_token` of the previous page; empty for the first. */
    token: z.string().max(8192).optional(),
    /** The maximum number of results; each search has its own limit. Default: 100. */
    limit: z.number().int().min(0).optional(),
    properties: z.looseObject({}).optional(),
  })
  .optional();

/** §8.2.2. */
export const searchPageOutput = z.object({
  /** Empty on the last page. */
  next_token: z.string(),
  count: z.number(),
});

const markSchema = z.tuple([z.string(), z.string().max(4096)]);

/**
 * The position at which a search continues. Tokens contain the last evaluated item, so items that are added or removed
 * cause neither gaps nor repetitions, and a digest of the question: with another question they are refused (§8.2).
 */
export class SearchCursor {
  /** The last evaluated item; empty at the beginning. */
  readonly after: string;
  readonly limit: number;
  private readonly question: string;

  /**
   * @param question all members except the page
   * @param bound of `limit`
   * @throws ApiError InvalidInput for a token that no page of this question returned
   */
  constructor(page: z.output<typeof searchPageInput>, question: object, bound: number) {
    this.question = createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 22);
    this.after = page?.token ? this.decode(page.token) : '';
    this.limit = Math.min(page?.limit ?? 100, bound);
  }

  /** @param last evaluated item; undefined if none follows */
  page(last: string | undefined, count: number): z.output<typeof searchPageOutput> {
    const mark = last === undefined ? '' : Buffer.from(JSON.stringify([this.question, last])).toString('base64url');
    return { next_token: mark, count };
  }

  private decode(token: string): string {
    const [question, after] = readMark(token) ?? [];
    if (after !== undefined && question === this.question) return after;
    throw new ApiError('InvalidInput', 'page.token must be the next_token of an earlier page of the same search.');
  }
}

function readMark(token: string): readonly [string, string] | undefined {
  try {
    return markSchema.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
  } catch {
    return undefined;
  }
}
