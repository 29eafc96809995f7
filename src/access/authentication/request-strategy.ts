import type { FastifyRequest } from 'fastify';
import type { Caller } from '../actions/caller.js';

type Verify = (request: FastifyRequest, done: (error: unknown, caller?: Caller | null) => void) => void;

/**
 * The methods that Passport adds to a strategy for each request. Source: passport, "lib/middleware/authenticate.js".
 */
interface PassportActions {
  success(user: Caller): void;
  fail(challenge: string, status: number): void;
  error(error: unknown): void;
}

/**
 * The base of the strategies, for `PassportStrategy` of `@nestjs/passport`: it passes the request to the strategy's
 * `validate`. `AuthGuard('bearer')` of a Nest application that embeds a module uses it. Gatehouse's own plans call
 * `validate` directly, without the object that Passport creates for each request.
 */
export class RequestStrategy {
  constructor(private readonly callValidate: Verify) {}

  authenticate(this: RequestStrategy & PassportActions, request: FastifyRequest): void {
    this.callValidate(request, (error, caller) => {
      if (error) this.error(error);
      else if (caller) this.success(caller);
      else this.fail('Bearer', 401);
    });
  }
}
