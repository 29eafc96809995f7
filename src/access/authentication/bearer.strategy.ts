import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../kernel/clock/clock.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { andThen, type MaybePromise } from '../../kernel/maybe-promise.js';
import type { Caller, SessionFacts } from '../actions/caller.js';
import type { AuthenticationStrategy } from './authentication-strategy.js';
import { RequestStrategy } from './request-strategy.js';
import { PrincipalDirectory } from '../principals/principal-directory.service.js';
import { isRevoked } from '../principals/principal-record.js';
import { SessionDirectory, type SessionRecord } from '../principals/session-directory.service.js';
import { toCaller } from '../principals/to-caller.js';
import { type AccessTokenClaims, AccessTokens } from '../tokens/access-tokens.service.js';

/** RFC 6750 §2.1: the access token in the Authorization header. */
@Injectable()
export class BearerStrategy extends PassportStrategy(RequestStrategy, 'bearer') implements AuthenticationStrategy {
  readonly doors = ['rest'] as const;

  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly sessions: SessionDirectory,
    private readonly principals: PrincipalDirectory,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** @returns undefined if the request has no bearer token: the next strategy is tried */
  validate(request: FastifyRequest): MaybePromise<Caller> | undefined {
    const { authorization = '' } = request.headers;
    if (!/^Bearer /i.test(authorization)) return undefined;
    return this.callerOf(authorization.slice('Bearer '.length).trim());
  }

  /** @throws ApiError InvalidClientTokenId or ExpiredToken */
  callerOf(token: string): MaybePromise<Caller> {
    return andThen(this.accessTokens.verify(token), (claims) => {
      const { accountId, principalId, sessionId } = claims;
      return andThen(this.sessions.find(accountId, sessionId, this.clock.now()), (session) => {
        if (session?.principalId !== principalId) throw sessionIsOver();
        return andThen(this.principals.find(accountId, principalId), (principal) => {
          if (!principal || isRevoked(session, principal)) throw sessionIsOver();
          return toCaller(principal, sessionFacts(claims, session));
        });
      });
    });
  }
}

function sessionFacts({ sessionId, issuedAt }: AccessTokenClaims, session: SessionRecord): SessionFacts {
  const { mfaAuthenticatedAt, provedAt, revocations, expiresAt: sessionEndsAt } = session;
  const facts = { credential: 'accessToken', sessionId, issuedAt, provedAt, sessionEndsAt, revocations } as const;
  return mfaAuthenticatedAt ? { ...facts, mfaAuthenticatedAt } : facts;
}

function sessionIsOver(): ApiError {
  return new ApiError('InvalidClientTokenId', 'The session of this access token has ended. Sign in again.');
}
