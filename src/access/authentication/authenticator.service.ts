import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { MaybePromise } from '../../common/maybe-promise.js';
import type { Caller } from '../caller.js';
import type { AuthenticationStrategy } from './authentication-strategy.js';
import { BearerStrategy } from './bearer.strategy.js';
import { CookieStrategy } from './cookie.strategy.js';
import { SignatureV4Strategy } from './sigv4.strategy.js';

/** Finds out who is calling, for every door alike. */
@Injectable()
export class Authenticator {
  /** In the order in which they are looked for. */
  private readonly strategies: readonly AuthenticationStrategy[];

  constructor(signatureV4: SignatureV4Strategy, bearer: BearerStrategy, cookie: CookieStrategy) {
    this.strategies = [signatureV4, bearer, cookie];
  }

  /**
   * @returns undefined when the request presents no credentials
   * @throws ApiError when it presents some that are not good
   */
  authenticate(request: FastifyRequest): MaybePromise<Caller | undefined> {
    for (const strategy of this.strategies) {
      // What is promised is there or an error: a request without such credentials is known at once.
      const caller = strategy.authenticate(request);
      if (caller) return caller;
    }
    return undefined;
  }
}
