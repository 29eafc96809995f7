import type { ApiError } from '../../kernel/errors/errors.js';

/** Why a change failed that was allowed, as the audit log keeps it: `LimitExceeded: Cannot exceed quota for …`. */
export function failureReason({ code, message }: ApiError): string {
  return `${code}: ${message}`;
}

/** The two parts again; undefined for a reason that was written without a code. */
export function parseFailureReason(reason: string): { code: string; message: string } | undefined {
  const [, code, message] = /^([A-Za-z]{4,64}): (.*)$/s.exec(reason) ?? [];
  return code === undefined ? undefined : { code, message: message! };
}
