import type { FastifyRequest } from 'fastify';
import type { MaybePromise } from '../../kernel/maybe-promise.js';
import type { Caller } from '../actions/caller.js';
import type { Action } from '../actions/action.js';

/** The API that a request came through: REST, or AWS's protocols. */
export type Door = 'rest' | 'aws';

/** What the caller of a request wants to do. */
export interface Attempt {
  readonly door: Door;
  readonly action: Action;
}

/** One kind of credentials that a request may present: a strategy of Passport, registered by its name. */
export interface AuthenticationStrategy {
  /** Where it is accepted. At the other doors it is not looked for. */
  readonly doors: readonly Door[];

  /**
   * @param attempt absent when Passport asks
   * @returns undefined, and not a promise of it, when the request presents none of this kind
   * @throws ApiError when it presents some that are not good
   */
  validate(request: FastifyRequest, attempt?: Attempt): MaybePromise<Caller> | undefined;
}
