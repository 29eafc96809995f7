import { ApiError } from '../kernel/errors/errors.js';

/**
 * A refusal that is kept. Thrown by a handler, it fails the call like every ApiError, but what the handler has written
 * (the count of failures, say) is committed, together with an audit event of the failure.
 */
export class FailedAttempt extends ApiError {}
