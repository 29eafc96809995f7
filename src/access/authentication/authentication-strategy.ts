import type { FastifyRequest } from 'fastify';
import type { MaybePromise } from '../../common/maybe-promise.js';
import type { Caller } from '../caller.js';

/** One kind of credentials that a request may present. */
export interface AuthenticationStrategy {
  /**
   * @returns undefined, and not a promise of it, when the request presents none of this kind
   * @throws ApiError when it presents some that are not good
   */
  authenticate(request: FastifyRequest): MaybePromise<Caller> | undefined;
}
