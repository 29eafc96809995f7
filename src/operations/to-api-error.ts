import { HttpException } from '@nestjs/common';
import { ApiError } from '../kernel/errors/errors.js';
import { isForeignKeyViolation, isUniqueViolation, isUnstorableText } from '../kernel/database/database-errors.js';
import { WorkLimitExceeded } from 'gatehouse-policy-engine';

/** Converts any error to one for the caller: errors that are not meant for callers reveal nothing. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (isUniqueViolation(thrown) || isForeignKeyViolation(thrown)) {
    // Rules are checked before rows are written, so only a change of another account or of the platform can cause this.
    return new ApiError('ConcurrentModification', 'A concurrent request changed the same resource. Try again.');
  }
  if (isUnstorableText(thrown)) {
    // The input was validated before: this text came from a token or an assertion.
    return new ApiError(
      'ValidationError',
      'A text in the request contains the character U+0000, which cannot be stored.',
    );
  }
  if (thrown instanceof WorkLimitExceeded) {
    return new ApiError(
      'LimitExceeded',
      'Evaluating the policies for this request takes too long. Use fewer patterns that begin with a ' +
        'wildcard, shorter lists of condition values, or shorter values in the request.',
    );
  }
  switch (statusOf(thrown)) {
    case 400:
      return new ApiError('MalformedRequest', 'The request could not be read: its body must be well-formed JSON.');
    case 404:
      return new ApiError('NotFound', 'This URL does not exist. See GET /docs for the available operations.');
    case 405:
      return new ApiError('MethodNotAllowed', 'This URL does not support this method.');
    case 413:
      return new ApiError('PayloadTooLarge', 'The request body exceeds 1 MiB.');
    case 415:
      return new ApiError('UnsupportedMediaType', 'The request body must be sent as application/json.');
    default:
      return new ApiError('InternalFailure', 'The request failed because of an internal error. Try again later.');
  }
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}
