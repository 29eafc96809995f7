import { z } from 'zod';
import { displayText } from '../../kernel/display-text.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { severities } from './check.js';

/** `root-without-mfa:123456789012` */
const findingId = z
  .string()
  .min(3)
  .max(256)
  .regex(/^[a-z-]+:[\w+=,.@-]+$/);

const finding = z
  .object({
    findingId: z.string(),
    check: z.string(),
    severity: z.enum(severities),
    title: z.string(),
    resource: z.string(),
    evidence: z.string(),
    recommendation: z.string(),
    /** The calls that fix it, in order; input that a person must decide is omitted. */
    fix: z.array(z.object({ operation: z.string(), input: z.record(z.string(), z.unknown()) })),
    suppression: z.object({ reason: z.string(), suppressedBy: z.string(), suppressedAt: z.date() }).optional(),
  })
  .meta({ id: 'SecurityFinding' });

export type SecurityFinding = z.input<typeof finding>;

export const listFindingsInput = z.strictObject({
  status: z.enum(['open', 'suppressed', 'all']).default('open'),
  severity: z.enum(severities).optional(),
  /** `table` adds the page as a Markdown table. */
  view: z.enum(['list', 'table']).default('list'),
  ...pagingInput,
});
export const listFindingsOutput = z.object({
  findings: z.array(finding),
  table: z.string().optional(),
  ...pagingOutput,
});
export const suppressInput = z.strictObject({ findingId, reason: displayText(1000) });
export const findingOutput = z.object({ finding });
export const findingIdInput = z.strictObject({ findingId });
