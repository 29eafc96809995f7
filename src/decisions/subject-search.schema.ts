import { z } from 'zod';
import { action, conditions, resource } from './evaluation.schema.js';

/** OpenID AuthZEN Authorization API 1.0 §8.2 and §8.4. */
export const subjectSearchInput = z.strictObject({
  /** An id is ignored, as the standard has it. */
  subject: z.strictObject({
    type: z.literal('principal'),
    id: z.string().max(8192).optional(),
    properties: z.looseObject({}).optional(),
  }),
  action,
  resource,
  context: conditions.optional(),
  page: z
    .strictObject({
      /** `next_token` of the page before; empty for the first. */
      token: z.string().max(256).optional(),
      /** Users looked at for one page: 1 to 200, 100 when absent. A page holds those of them who may. */
      limit: z.number().int().min(1).max(200).optional(),
    })
    .optional(),
});

export const subjectSearchOutput = z.object({
  results: z.array(z.object({ type: z.literal('principal'), id: z.string() })),
  page: z.object({
    /** Empty on the last page. */
    next_token: z.string(),
    count: z.number(),
  }),
});

export type SubjectSearch = z.output<typeof subjectSearchInput>;
export type SubjectSearchResult = z.input<typeof subjectSearchOutput>;
