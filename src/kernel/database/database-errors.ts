import { isNativeError } from 'node:util/types';
import { Prisma } from '../../generated/prisma/client.js';

/** Prisma's error reference: unreachable, timed out, connection closed, no connection or transaction available. */
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
 * PostgreSQL, appendix A: connection exceptions (08), out of disk, memory or connections (53), system errors (58), a
 * standby instead of the primary (25006), cancelled, shutting down, lock timeout. A prepared statement that is missing
 * (26000) or already exists (42P05): a connection pooler has switched the session.
 */
const unavailableSqlState = /^(08...|53...|58...|25006|26000|42P05|57014|57P0[1-5]|25P03|55P03)$/;

/** node-postgres reports these lost connections without a code, so they are recognized by their text. */
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

/** The driver adapter's names for lost connections. */
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

/** The driver adapter's description of an error. Prisma stores it differently for raw and model queries. */
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

/** The database cannot be reached, is shutting down, or has no connection available. */
export function isUnavailable(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && (unavailablePrismaCodes.has(code) || unavailableSystemCodes.has(code))) return true;
  const { kind, originalMessage } = driverErrorOf(error) ?? {};
  if (unavailableKinds.has(String(kind)) || unavailableMessages.has(String(originalMessage))) return true;
  return unavailableSqlState.test(sqlStateOf(error) ?? '') || unavailableMessages.has(error.message);
}

/** A conflict with another transaction (serialization failure 40001, deadlock 40P01): a retry may succeed. */
export function isWriteConflict(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2034') return true;
  return ['40001', '40P01'].includes(sqlStateOf(error) ?? '');
}

/** @param constraint name of the unique index, such as `accounts_alias_key`; without it, any unique constraint */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (sqlStateOf(error) !== '23505') return false;
  return constraint === undefined || driverErrorOf(error)?.constraint?.index === constraint;
}

/** Text with U+0000: invalid for the encoding UTF8 (22021), or not representable as jsonb (22P05). */
export function isUnstorableText(error: unknown): boolean {
  return ['22021', '22P05'].includes(sqlStateOf(error) ?? '');
}

/** A referenced row does not exist, or a row to be deleted is still referenced. */
export function isForeignKeyViolation(error: unknown): boolean {
  return ['23503', '23001'].includes(sqlStateOf(error) ?? '');
}
