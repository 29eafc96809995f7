import type { FastifyRequest } from 'fastify';
import type { MaybePromise } from '../../kernel/maybe-promise.js';
import type { Caller } from '../actions/caller.js';
import type { Action } from '../actions/action.js';

/** The API that a request came through: REST, or AWS's protocols. */
export type Door = 'rest' | 'aws';

/** What the caller of a request intends to do. */
export interface Attempt {
  readonly door: Door;
  readonly action: Action;
}

/** One kind of credentials: a Passport strategy, registered by name. */
export interface AuthenticationStrategy {
  /** The doors that accept these credentials. Other doors ignore them. */
  readonly doors: readonly Door[];

  /**
   * @param attempt absent when Passport calls
   * @returns undefined, not a promise of it, if the request has no credentials of this kind
   * @throws ApiError if the credentials are invalid
   */
  validate(request: FastifyRequest, attempt?: Attempt): MaybePromise<Caller> | undefined;
}
