import { Injectable } from '@nestjs/common';
import { errors, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { Clock } from '../../kernel/clock/clock.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { andThen, type MaybePromise } from '../../kernel/maybe-promise.js';
import { Settings } from '../../kernel/config/settings.js';
import { SIGNING_ALGORITHM, SigningKeys } from './signing-keys.service.js';

/** RFC 9068 §2.1: the media type prevents access tokens from being confused with other tokens. */
const TOKEN_TYPE = 'at+jwt';

/** Maximum number of tokens, of a few hundred bytes each. */
const MAXIMUM_VERIFIED = 20_000;

const claimsSchema = z.object({
  sub: z.string(),
  account: z.string().regex(/^\d{12}$/),
  sid: z.string(),
  iat: z.number(),
  exp: z.number(),
});

/**
 * The claims of an access token: a session of a principal. Everything else is looked up, so that it is always current.
 */
export interface AccessTokenClaims {
  readonly accountId: string;
  readonly principalId: string;
  readonly sessionId: string;
  readonly issuedAt: Date;
}

interface Verified {
  readonly claims: AccessTokenClaims;
  readonly keyId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Access tokens: short-lived JWTs signed with EdDSA. */
@Injectable()
export class AccessTokens {
  /** Tokens that were verified before: a signature stays valid until its key is retired or the token expires. */
  private readonly verified = new LRUCache<string, Verified>({ max: MAXIMUM_VERIFIED });

  constructor(
    private readonly signingKeys: SigningKeys,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @returns the token and its lifetime in seconds */
  async issue(claims: Omit<AccessTokenClaims, 'issuedAt'>): Promise<{ accessToken: string; expiresIn: number }> {
    const key = await this.signingKeys.current();
    const { accessTokenSeconds } = this.settings;
    const issuedAt = this.clock.now();
    const accessToken = await new SignJWT({ account: claims.accountId, sid: claims.sessionId })
      .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: key.keyId, typ: TOKEN_TYPE })
      .setIssuer(this.settings.publicUrl)
      .setAudience(this.settings.publicUrl)
      .setSubject(claims.principalId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(new Date(issuedAt.getTime() + accessTokenSeconds * 1000))
      .sign(key.privateKey);
    return { accessToken, expiresIn: accessTokenSeconds };
  }

  /** @throws ApiError ExpiredToken, or InvalidClientTokenId for a token that Gatehouse did not issue */
  verify(token: string): MaybePromise<AccessTokenClaims> {
    const known = this.verified.get(token);
    if (!known || this.clock.now().getTime() >= known.expiresAt) return this.verifySignature(token);
    return andThen(this.signingKeys.find(known.keyId), (key) => (key ? known.claims : this.verifySignature(token)));
  }

  private async verifySignature(token: string): Promise<AccessTokenClaims> {
    this.verified.delete(token);
    try {
      const { payload, protectedHeader } = await jwtVerify(token, ({ kid }) => this.publicKey(kid), {
        algorithms: [SIGNING_ALGORITHM],
        typ: TOKEN_TYPE,
        issuer: this.settings.publicUrl,
        audience: this.settings.publicUrl,
        requiredClaims: ['exp', 'iat', 'sub'],
        currentDate: this.clock.now(),
      });
      const { sub, account, sid, iat, exp } = claimsSchema.parse(payload);
      const claims = { accountId: account, principalId: sub, sessionId: sid, issuedAt: new Date(iat * 1000) };
      this.verified.set(token, { claims, keyId: protectedHeader.kid!, expiresAt: exp * 1000 });
      return claims;
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        throw new ApiError('ExpiredToken', 'The access token is expired. Refresh it or sign in again.');
      }
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
        throw new ApiError('InvalidClientTokenId', 'The access token is not valid.');
      }
      throw error;
    }
  }

  private async publicKey(keyId: string | undefined) {
    const key = keyId === undefined ? undefined : await this.signingKeys.find(keyId);
    if (!key) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  }
}
