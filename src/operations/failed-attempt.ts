import { ApiError } from '../kernel/errors/errors.js';

/**
 * A refusal that is committed. Thrown by a handler, it fails the call like every ApiError, but what the handler has
 * written (such as the count of failures) is committed, together with an audit event of the failure.
 */
export class FailedAttempt extends ApiError {
  /** Of the audit event. */
  readonly outcome: 'failed' | 'implicitDeny' = 'failed';
}

/** As `FailedAttempt`, where a policy does not allow what was attempted. */
export class DeniedAttempt extends FailedAttempt {
  override readonly outcome = 'implicitDeny';
}

/**
 * The operation succeeds, and is recorded so, but the call is answered with an error: a sign-in with the right password
 * that is expired, say.
 */
export class SucceededWithError extends ApiError {}

type FailureType = new (code: ApiError['code'], message: string, details: ApiError['details']) => ApiError;

/**
 * Has the ApiErrors of the work committed.
 *
 * @param Type what they become
 */
export async function keepErrors<Result>(Type: FailureType, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError) throw new Type(error.code, error.message, error.details);
    throw error;
  }
}
