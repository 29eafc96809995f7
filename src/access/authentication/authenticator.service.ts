import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import type { Caller } from '../caller.js';
import { BEARER } from './bearer.strategy.js';
import { COOKIE } from './cookie.strategy.js';
import { SIGNATURE_V4 } from './sigv4.strategy.js';

/** The kinds of credentials, in the order in which they are looked for. */
const STRATEGIES = [SIGNATURE_V4, BEARER, COOKIE];

type Outcome = (error: Error | null, caller: Caller | false | null | undefined) => void;
type Middleware = (request: unknown, response: unknown, next: (error: Error) => void) => void;

/** Runs the Passport strategies, outside of any HTTP middleware, so that every door authenticates alike. */
@Injectable()
export class Authenticator {
  /**
   * @returns undefined when the request presents no credentials
   * @throws ApiError when it presents some that are not good
   */
  authenticate(request: FastifyRequest): Promise<Caller | undefined> {
    return new Promise((resolve, reject) => {
      const outcome: Outcome = (error, caller) => {
        if (error) reject(error);
        else resolve(caller || undefined);
      };
      const run = passport.authenticate(STRATEGIES, { session: false }, outcome) as Middleware;
      run(request, {}, reject);
    });
  }
}
