import type { FastifyRequest } from 'fastify';
import type { Caller } from '../actions/caller.js';

type Verify = (request: FastifyRequest, done: (error: unknown, caller?: Caller | null) => void) => void;

/** What Passport adds to a strategy for one request. Source: passport, "lib/middleware/authenticate.js". */
interface PassportActions {
  success(user: Caller): void;
  fail(challenge: string, status: number): void;
  error(error: unknown): void;
}

/**
 * The base of the strategies, for `PassportStrategy` of `@nestjs/passport`: the request goes to the strategy's
 * `validate`. `AuthGuard('bearer')` of a Nest application that embeds a module comes this way; Gatehouse's own plans call
 * `validate` directly, without the object that Passport makes for each request.
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
