import { z } from 'zod';
import { action, conditions, resource } from './evaluation.schema.js';
import { searchPageInput, searchPageOutput } from './search-page.js';

/** OpenID AuthZEN Authorization API 1.0 §8.2 and §8.4. */
export const subjectSearchInput = z.object({
  /** An ID is ignored, as the standard requires. */
  subject: z.object({
    type: z.literal('principal'),
    id: z.string().max(8192).optional(),
    properties: z.looseObject({}).optional(),
  }),
  action,
  resource,
  context: conditions.optional(),
  /** The limit counts evaluated users and roles: at most 200. A page contains those that may perform the action. */
  page: searchPageInput,
});

export const subjectSearchOutput = z.object({
  page: searchPageOutput,
  results: z.array(z.object({ type: z.literal('principal'), id: z.string() })),
});

export type SubjectSearch = z.output<typeof subjectSearchInput>;
export type SubjectSearchResult = z.input<typeof subjectSearchOutput>;
