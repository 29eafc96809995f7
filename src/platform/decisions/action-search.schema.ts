import { z } from 'zod';
import { conditions, resource, subject } from './evaluation.schema.js';
import { searchPageInput, searchPageOutput } from './search-page.js';

/** OpenID AuthZEN Authorization API 1.0 §8.2 and §8.6. */
export const actionSearchInput = z.object({
  subject,
  resource,
  context: conditions.optional(),
  /** The limit counts actions that the subject may perform: at most 1,000. */
  page: searchPageInput,
});

export const actionSearchOutput = z.object({
  page: searchPageOutput,
  results: z.array(z.object({ name: z.string() })),
});

export type ActionSearch = z.output<typeof actionSearchInput>;
export type ActionSearchResult = z.input<typeof actionSearchOutput>;
