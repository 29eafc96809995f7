import { isNativeError } from 'node:util/types';
import { Prisma } from '../../generated/prisma/client.js';

/** Prisma's error reference: unreachable, timed out, connection closed, no connection or transaction to be had. */
const unavailablePrismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);

const unavailableSystemCodes = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * PostgreSQL, appendix A: connection exceptions (08), out of disk, memory or connections (53), errors of the system (58),
 * a standby in the primary's place (25006), cancelled, shutting down, lock timeout. A prepared statement that is missing
 * (26000) or exists already (42P05): a connection pooler has exchanged the session.
 */
const unavailableSqlState = /^(08...|53...|58...|25006|26000|42P05|57014|57P0[1-5]|25P03|55P03)$/;

/** node-postgres gives these losses of a connection no code, so the text is all there is to tell them by. */
const unavailableMessages = new Set([
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Connection terminated',
  'Connection terminated due to connection timeout',
  'Connection terminated unexpectedly',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
]);

/** The driver adapter's names for lost connections, where it has one. */
const unavailableKinds = new Set([
  'ConnectionClosed',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TooManyConnections',
  'TransactionAlreadyClosed',
]);

interface DriverError {
  readonly originalMessage?: unknown;
  readonly kind?: unknown;
  readonly originalCode?: unknown;
  readonly constraint?: { readonly index?: unknown; readonly fields?: unknown };
}

/** The driver adapter's own account of an error, wherever Prisma keeps it: it differs between raw and model queries. */
function driverErrorOf(error: unknown): DriverError | undefined {
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    const adapterError = error.meta?.driverAdapterError as { cause?: DriverError } | undefined;
    return adapterError?.cause;
  }
  if (isNativeError(error) && error.name === 'DriverAdapterError') return error.cause as DriverError | undefined;
  return undefined;
}

/** The five-character SQLSTATE of an error, from node-postgres itself or through Prisma. */
function sqlStateOf(error: unknown): string | undefined {
  const code = driverErrorOf(error)?.originalCode ?? (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** The database cannot be reached, is going down, or has no connection to give. */
export function isUnavailable(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && (unavailablePrismaCodes.has(code) || unavailableSystemCodes.has(code))) return true;
  const { kind, originalMessage } = driverErrorOf(error) ?? {};
  if (unavailableKinds.has(String(kind)) || unavailableMessages.has(String(originalMessage))) return true;
  return unavailableSqlState.test(sqlStateOf(error) ?? '') || unavailableMessages.has(error.message);
}

/** Another transaction was in the way (serialization failure 40001, deadlock 40P01): the same work may succeed now. */
export function isWriteConflict(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034') return true;
  return ['40001', '40P01'].includes(sqlStateOf(error) ?? '');
}

/**
 * @param constraint name of the unique index, e.g. `accounts_alias_key`; without it, any unique constraint
 */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlStateOf(error) !== '23505') return false;
  return constraint === undefined || driverErrorOf(error)?.constraint?.index === constraint;
}

/** Text with U+0000: invalid for the encoding UTF8 (22021), or not representable as jsonb (22P05). */
export function isUnstorableText(error: unknown): boolean {
  return ['22021', '22P05'].includes(sqlStateOf(error) ?? '');
}

/** A row is referred to that does not exist, or one was to be deleted that is still referred to. */
export function isForeignKeyViolation(error: unknown): boolean {
  return ['23503', '23001'].includes(sqlStateOf(error) ?? '');
}
