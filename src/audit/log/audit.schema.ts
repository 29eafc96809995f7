import { z } from 'zod';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { chainProblemKinds } from '../verification/chain-problem.js';

/** ISO 8601 with an offset or Z. */
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const nameOrArn = z.string().min(1).max(2048);
/** A sequence in the chain. */
const sequence = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const filterMembers = {
  startTime: time.optional(),
  endTime: time.optional(),
  principal: nameOrArn.optional(),
  target: nameOrArn.optional(),
  operation: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}:[A-Za-z]{1,128}$/)
    .optional(),
  outcome: z.enum(['allowed', 'explicitDeny', 'implicitDeny', 'failed']).optional(),
};

export const listAuditEventsInput = z.strictObject({ ...filterMembers, ...pagingInput });

export const auditEvent = z
  .object({
    /** The sequence in the account's chain, from 1. */
    sequence: z.number(),
    eventId: z.string(),
    eventTime: z.date(),
    requestId: z.string(),
    operation: z.string(),
    readOnly: z.boolean(),
    callerArn: z.string(),
    callerId: z.string(),
    callerName: z.string(),
    credential: z.string().optional(),
    accessKeyId: z.string().optional(),
    sessionId: z.string().optional(),
    mfaAuthenticated: z.boolean(),
    resourceArn: z.string(),
    resourceName: z.string(),
    /** JSON text without secrets. */
    input: z.string(),
    outcome: z.string(),
    reason: z.string().optional(),
    sourceIp: z.string(),
    userAgent: z.string(),
    /** Hexadecimal SHA-256; docs/audit.md describes what it covers. */
    previousHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEvent' });

export const listAuditEventsOutput = z.object({ events: z.array(auditEvent), ...pagingOutput });

export const verifyAuditLogInput = z.strictObject({
  /** Verifies the events after this sequence. Default: from the beginning. */
  after: sequence.optional(),
  maxEvents: z.number().int().min(1).max(10_000).optional(),
});

export const verifyAuditLogOutput = z.object({
  isIntact: z.boolean(),
  verifiedEvents: z.number(),
  /** Continue from here with `after`, until `isEnd` is true. */
  lastSequence: z.number(),
  /** The end was reached and compared with the sealed end. */
  isEnd: z.boolean(),
  /** At most 100. */
  problems: z.array(z.object({ kind: z.enum(chainProblemKinds), sequence: z.number(), message: z.string() })),
});

export const exportAuditEventsInput = z.strictObject({ after: sequence.optional(), ...filterMembers });
