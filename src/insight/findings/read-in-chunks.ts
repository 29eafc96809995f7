import type { Prisma } from '../../generated/prisma/client.js';

/** Rows that are read and converted at a time: an account may have tens of thousands. */
export const CHUNK = 200;

/**
 * Reads all rows of a query in chunks, so that the event loop can run in between.
 *
 * @param read reads `CHUNK` rows after one, in the order of their keys
 */
export async function readInChunks<Row>(read: (after: Row | undefined) => Promise<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const chunk = await read(rows.at(-1));
    rows.push(...chunk);
    if (chunk.length < CHUNK) return rows;
  }
}

/** The rows that follow an attachment, in the order of identity and policy. */
export function afterAttachment(
  accountId: string,
  after: { identityId: string; policyArn: string } | undefined,
): Pick<Prisma.PolicyAttachmentFindManyArgs, 'skip' | 'cursor'> {
  if (!after) return {};
  const { identityId, policyArn } = after;
  return { skip: 1, cursor: { accountId_identityId_policyArn: { accountId, identityId, policyArn } } };
}

/** The rows that follow an inline policy, in the order of identity and name. */
export function afterInline(
  accountId: string,
  after: { identityId: string; name: string } | undefined,
): Pick<Prisma.InlinePolicyFindManyArgs, 'skip' | 'cursor'> {
  if (!after) return {};
  const { identityId, name } = after;
  return { skip: 1, cursor: { accountId_identityId_name: { accountId, identityId, name } } };
}
