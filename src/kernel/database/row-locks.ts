import { type AccountStatus, Prisma } from '../../generated/prisma/client.js';
import type { Transaction } from './database.service.js';

/**
 * The locks that the server takes as its own role, each held until its transaction ends. Not here are those of statements that
 * do more than lock: three queues take the next free row with SKIP LOCKED (mails, failure counts, answered passkey challenges),
 * and the insert of access facts keeps its account from being purged. The locks of the owner of the tables are in
 * `owner-locks.ts`.
 *
 * Rows are locked in this order, so that no two transactions wait for each other: the account, what lies in it, the end of the
 * audit chain (`AuditTrail`).
 */

/** What one replica does at a time. */
type SharedWork = 'account purge' | 'management account' | 'platform policies' | 'signing keys';

/** Waits for the replica that does the work. */
export async function lockSharedWork(tx: Transaction, work: SharedWork): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`gatehouse ${work}`}))`;
}

/** @returns false when another replica does the work */
export async function tryLockSharedWork(tx: Transaction, work: SharedWork): Promise<boolean> {
  const [lock] = await tx.$queryRaw<{ taken: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtext(${`gatehouse ${work}`})) AS taken`;
  return lock?.taken === true;
}

/** For a change of the account or of anything in it; rows that refer to the account can still be made. */
export async function lockAccount(tx: Transaction, accountId: string): Promise<AccountStatus | undefined> {
  const [row] = await tx.$queryRaw<{ status: AccountStatus }[]>`
    SELECT status::text FROM accounts WHERE account_id = ${accountId}::bpchar FOR NO KEY UPDATE`;
  return row?.status;
}

/** Stronger than the lock of a change: rows that refer to the account are neither under way nor made before it is over. */
export async function lockAccountAlone(tx: Transaction, accountId: string): Promise<void> {
  await tx.$queryRaw`SELECT FROM accounts WHERE account_id = ${accountId}::bpchar FOR UPDATE`;
}

/**
 * Waits for a change of the email address of the root user that is under way, and keeps others from beginning.
 *
 * @returns false when the account's root user has another address
 */
export async function keepRootEmail(tx: Transaction, accountId: string, email: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    SELECT FROM accounts WHERE account_id = ${accountId}::bpchar AND root_email = ${email} FOR SHARE`;
  return rows.length > 0;
}

/**
 * The account that was closed, or is pending, for longest: its lock, as of `lockAccountAlone`, keeps it from being reactivated.
 *
 * @returns undefined when there is none
 */
export async function lockAccountDueForPurge(
  tx: Transaction,
  { closedUntil, createdUntil }: { readonly closedUntil: Date; readonly createdUntil: Date },
): Promise<string | undefined> {
  const [due] = await tx.$queryRaw<{ accountId: string }[]>`
    SELECT account_id AS "accountId" FROM accounts
    WHERE (status = 'closed' AND closed_at <= ${closedUntil}) OR (status = 'pending' AND created_at <= ${createdUntil})
    ORDER BY closed_at LIMIT 1 FOR UPDATE`;
  return due?.accountId;
}

export async function lockCredentialReport(tx: Transaction, accountId: string): Promise<void> {
  await tx.$queryRaw`SELECT FROM credential_reports WHERE account_id = ${accountId}::bpchar FOR UPDATE`;
}

export async function lockDelegationRequest(tx: Transaction, accountId: string, requestId: string): Promise<void> {
  await tx.$queryRaw`
    SELECT FROM delegation_requests
    WHERE account_id = ${accountId}::bpchar AND request_id = ${requestId} FOR NO KEY UPDATE`;
}

export async function lockFailureCount(
  tx: Transaction,
  {
    accountId,
    operation,
    subject,
  }: { readonly accountId: string; readonly operation: string; readonly subject: string },
): Promise<void> {
  await tx.$queryRaw`
    SELECT FROM failure_counts
    WHERE account_id = ${accountId}::bpchar AND operation = ${operation} AND subject = ${subject} FOR UPDATE`;
}

export async function lockLoginProfile(tx: Transaction, accountId: string, userId: string): Promise<void> {
  await tx.$queryRaw`
    SELECT FROM login_profiles WHERE account_id = ${accountId}::bpchar AND user_id = ${userId} FOR NO KEY UPDATE`;
}

export async function lockSession(tx: Transaction, accountId: string, sessionId: string): Promise<void> {
  await tx.$queryRaw`
    SELECT FROM sessions WHERE account_id = ${accountId}::bpchar AND session_id = ${sessionId} FOR UPDATE`;
}

export async function lockSignInChallenge(tx: Transaction, accountId: string, challengeId: string): Promise<void> {
  await tx.$queryRaw`
    SELECT FROM sign_in_challenges
    WHERE account_id = ${accountId}::bpchar AND challenge_id = ${challengeId} FOR UPDATE`;
}

/** In the order of the keys, so that two attempts that count in the same buckets wait for each other. */
export async function lockThrottles(tx: Transaction, keys: readonly Uint8Array[]): Promise<void> {
  await tx.$queryRaw`SELECT FROM throttles WHERE key IN (${Prisma.join(keys)}) ORDER BY key FOR UPDATE`;
}

/** The end of an account's audit chain. */
export interface LockedChainEnd {
  readonly sequence: bigint;
  readonly hash: Uint8Array<ArrayBuffer>;
  readonly seal: Uint8Array<ArrayBuffer>;
  /** The database's time, which all replicas share. It never goes back, so that a month's partition holds an unbroken part. */
  readonly now: Date;
}

/** @returns undefined when the account has no chain */
export async function lockAuditChain(tx: Transaction, accountId: string): Promise<LockedChainEnd | undefined> {
  const [end] = await tx.$queryRaw<LockedChainEnd[]>`
    SELECT last_sequence AS sequence, last_hash AS hash, seal,
           greatest(date_trunc('milliseconds', clock_timestamp()), last_event_time) AS now
    FROM audit_chains WHERE account_id = ${accountId}::bpchar FOR UPDATE`;
  return end;
}
