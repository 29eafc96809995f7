import type { ApiError } from '../../kernel/errors/errors.js';

/**
 * The reason of a permitted change that failed, in the format of the audit log: `LimitExceeded: Cannot exceed quota for
 * …`.
 */
export function failureReason({ code, message }: ApiError): string {
  return `${code}: ${message}`;
}

/** Splits the reason into code and message; undefined for a reason without a code. */
export function parseFailureReason(reason: string): { code: string; message: string } | undefined {
  const [, code, message] = /^([A-Za-z]{4,64}): (.*)$/s.exec(reason) ?? [];
  return code === undefined ? undefined : { code, message: message! };
}
