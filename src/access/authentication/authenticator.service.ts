import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { MaybePromise } from '../../kernel/maybe-promise.js';
import type { Caller } from '../actions/caller.js';
import type { Attempt, AuthenticationStrategy, Door } from './authentication-strategy.js';
import { BearerStrategy } from './bearer.strategy.js';
import { CookieStrategy } from './cookie.strategy.js';
import { SignatureV4Strategy } from './sigv4.strategy.js';

/** Finds the caller of a request, for all doors. */
@Injectable()
export class Authenticator {
  /** By door, in the order in which they are tried. */
  private readonly strategies: Readonly<Record<Door, readonly AuthenticationStrategy[]>>;

  constructor(signatureV4: SignatureV4Strategy, bearer: BearerStrategy, cookie: CookieStrategy) {
    const all: readonly AuthenticationStrategy[] = [signatureV4, bearer, cookie];
    const accepted = (door: Door) => all.filter(({ doors }) => doors.includes(door));
    this.strategies = { rest: accepted('rest'), aws: accepted('aws') };
  }

  /**
   * @returns undefined if the request has no credentials
   * @throws ApiError if the credentials are invalid
   */
  authenticate(request: FastifyRequest, attempt: Attempt): MaybePromise<Caller | undefined> {
    for (const strategy of this.strategies[attempt.door]) {
      // A promise always resolves to a caller or rejects: `undefined` is returned synchronously.
      const caller = strategy.validate(request, attempt);
      if (caller) return caller;
    }
    return undefined;
  }
}
