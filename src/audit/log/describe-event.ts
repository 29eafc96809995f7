import type { z } from 'zod';
import type { AuditEvent } from '../../generated/prisma/client.js';
import type { auditEvent } from './audit.schema.js';

/** An event in the format of REST and the export. */
export function describeEvent({ accountId: _, authenticator: __, ...event }: AuditEvent): z.input<typeof auditEvent> {
  const { credential, accessKeyId, sessionId, reason, ...always } = event;
  return {
    ...always,
    ...(credential === null ? {} : { credential }),
    ...(accessKeyId === null ? {} : { accessKeyId }),
    ...(sessionId === null ? {} : { sessionId }),
    ...(reason === null ? {} : { reason }),
    sequence: Number(event.sequence),
    previousHash: Buffer.from(event.previousHash).toString('hex'),
    hash: Buffer.from(event.hash).toString('hex'),
  };
}
