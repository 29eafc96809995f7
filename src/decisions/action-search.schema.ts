import { z } from 'zod';
import { conditions, resource, subject } from './evaluation.schema.js';

/** OpenID AuthZEN Authorization API 1.0 §8.2 and §8.6. */
export const actionSearchInput = z.strictObject({
  subject,
  resource,
  context: conditions.optional(),
  page: z
    .strictObject({
      /** `next_token` of the page before; empty for the first. */
      token: z.string().max(256).optional(),
      /** 1 to 1,000, 100 when absent. */
      limit: z.number().int().min(1).max(1000).optional(),
    })
    .optional(),
});

export const actionSearchOutput = z.object({
  results: z.array(z.object({ name: z.string() })),
  page: z.object({
    /** Empty on the last page. */
    next_token: z.string(),
    count: z.number(),
  }),
});

export type ActionSearch = z.output<typeof actionSearchInput>;
export type ActionSearchResult = z.input<typeof actionSearchOutput>;
