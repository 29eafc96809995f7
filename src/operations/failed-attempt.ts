import { ApiError } from '../kernel/errors/errors.js';

/**
 * A refusal that is committed. Thrown by a handler, it fails the call like every ApiError, but what the handler has
 * written (such as the count of failures) is committed, together with an audit event of the failure.
 */
export class FailedAttempt extends ApiError {}
