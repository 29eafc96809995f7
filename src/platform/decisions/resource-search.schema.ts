import { z } from 'zod';
import { action, conditions, resource, subject } from './evaluation.schema.js';
import { searchPageInput, searchPageOutput } from './search-page.js';

/** OpenID AuthZEN Authorization API 1.0 §8.2 and §8.5. */
export const resourceSearchInput = z.object({
  subject,
  action,
  /** An ID is ignored, as the standard requires. */
  resource: z.object({ ...resource.shape, id: resource.shape.id.optional() }),
  context: conditions.optional(),
  /** The limit counts evaluated resources: at most 200. A page contains those on which the subject may act. */
  page: searchPageInput,
});

export const resourceSearchOutput = z.object({
  page: searchPageOutput,
  results: z.array(z.object({ type: z.string(), id: z.string() })),
});

export type ResourceSearch = z.output<typeof resourceSearchInput>;
export type ResourceSearchResult = z.input<typeof resourceSearchOutput>;
