import { Injectable } from '@nestjs/common';
import { SignJWT } from 'jose';
import { SIGNING_ALGORITHM, SigningKeys } from '../../access/tokens/signing-keys.service.js';
import { Settings } from '../../config/settings.js';
import type { Workload } from '../../generated/prisma/client.js';

/** An OpenID Connect token of a workload, and when it ends. */
export interface IdentityToken {
  readonly token: string;
  readonly expiration: Date;
}

/**
 * Says in a form that others can verify which workload somebody is. The issuer is not that of access tokens, so that a
 * provider registered for the one never accepts the other, though the same keys sign them.
 */
@Injectable()
export class IdentityTokens {
  /** Without a slash at the end, as accounts register it. */
  readonly issuer: string;

  constructor(
    private readonly keys: SigningKeys,
    private readonly settings: Settings,
  ) {
    this.issuer = `${settings.publicUrl.replace(/\/+$/, '')}/workloads`;
  }

  /**
   * It lives as long as an access token: a signing key that was replaced is published for that long.
   *
   * @param audience whom it is for, e.g. `sts.amazonaws.com`
   */
  async issue(
    { resourceArn, accountId, servicePrefix }: Workload,
    audience: string,
    now: Date,
  ): Promise<IdentityToken> {
    const { keyId, privateKey } = await this.keys.current();
    const issued = Math.floor(now.getTime() / 1000);
    const expires = issued + this.settings.accessTokenSeconds;
    const token = await new SignJWT({ account: accountId, service: servicePrefix })
      .setProtectedHeader({ alg: SIGNING_ALGORITHM, kid: keyId, typ: 'JWT' })
      .setIssuer(this.issuer)
      .setSubject(resourceArn)
      .setAudience(audience)
      .setIssuedAt(issued)
      .setExpirationTime(expires)
      .sign(privateKey);
    return { token, expiration: new Date(expires * 1000) };
  }

  /** Source: OpenID Connect Discovery 1.0 §3; there is no sign-in, so there are no endpoints for it. */
  configuration() {
    return {
      issuer: this.issuer,
      jwks_uri: `${this.settings.publicUrl.replace(/\/+$/, '')}/.well-known/jwks.json`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [SIGNING_ALGORITHM],
      claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'account', 'service'],
    };
  }
}
