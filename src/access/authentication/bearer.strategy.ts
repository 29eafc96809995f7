import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-custom';
import { ApiError } from '../../common/errors.js';
import type { Caller } from '../caller.js';
import { PrincipalDirectory } from '../principals/principal-directory.service.js';
import { SessionDirectory } from '../principals/session-directory.service.js';
import { toCaller } from '../principals/to-caller.js';
import { AccessTokens } from '../tokens/access-tokens.service.js';

export const BEARER = 'bearer';

/** RFC 6750 §2.1: the access token in the Authorization header. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, BEARER) {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly sessions: SessionDirectory,
    private readonly principals: PrincipalDirectory,
  ) {
    super();
  }

  /** @returns null when the request has no bearer token, for the next strategy to look */
  async validate(request: FastifyRequest): Promise<Caller | null> {
    const token = /^Bearer +([\w.~+/-]{1,8192}=*) *$/i.exec(request.headers.authorization ?? '')?.[1];
    return token === undefined ? null : this.callerOf(token);
  }

  /** @throws ApiError InvalidClientTokenId or ExpiredToken */
  async callerOf(token: string): Promise<Caller> {
    const { accountId, principalId, sessionId, issuedAt } = await this.accessTokens.verify(token);
    const session = await this.sessions.find(accountId, sessionId, new Date());
    const principal = session?.principalId === principalId && (await this.principals.find(accountId, principalId));
    if (!session || !principal) {
      throw new ApiError('InvalidClientTokenId', 'The session of this access token is over. Sign in again.');
    }
    const { mfaAuthenticatedAt } = session;
    return toCaller(principal, {
      credential: 'accessToken',
      sessionId,
      issuedAt,
      ...(mfaAuthenticatedAt ? { mfaAuthenticatedAt } : {}),
    });
  }
}
