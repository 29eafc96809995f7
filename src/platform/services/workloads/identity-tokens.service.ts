import { Injectable } from '@nestjs/common';
import { type JWK, SignJWT } from 'jose';
import { Settings } from '../../../kernel/config/settings.js';
import type { Workload } from '../../../generated/prisma/client.js';
import { LONGEST_TOKEN, WebIdentityKeys } from '../../../sts/outbound/web-identity-keys.service.js';

/** An algorithm that all verifiers of OpenID Connect tokens support (OpenID Connect Core 1.0 §15.1). */
const ALGORITHM = 'RS256';

/** An OpenID Connect token of a workload, and its expiry. */
export interface IdentityToken {
  readonly token: string;
  readonly expiration: Date;
}

/**
 * Proves the identity of a workload to external verifiers. The workloads of each account have a separate issuer,
 * different from that of its principals: a verifier that trusts it trusts the workloads of that account and nobody
 * else.
 */
@Injectable()
export class IdentityTokens {
  constructor(
    private readonly keys: WebIdentityKeys,
    private readonly settings: Settings,
  ) {}

  /** @param audience of the token, such as `sts.amazonaws.com` */
  async issue(workload: Workload, audience: string, now: Date): Promise<IdentityToken> {
    const { resourceArn, accountId, servicePrefix } = workload;
    const { keyId, privateKey } = await this.keys.current(ALGORITHM);
    const issued = Math.floor(now.getTime() / 1000);
    const expires = issued + LONGEST_TOKEN;
    const token = await new SignJWT({ account: accountId, service: servicePrefix })
      .setProtectedHeader({ alg: ALGORITHM, kid: keyId, typ: 'JWT' })
      .setIssuer(this.issuerOf(accountId))
      .setSubject(resourceArn)
      .setAudience(audience)
      .setIssuedAt(issued)
      .setExpirationTime(expires)
      .sign(privateKey);
    return { token, expiration: new Date(expires * 1000) };
  }

  /** Source: OpenID Connect Discovery 1.0 §3; there is no sign-in, so there are no endpoints for it. */
  configuration(accountId: string) {
    const issuer = this.issuerOf(accountId);
    return {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [ALGORITHM],
      claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'account', 'service'],
    };
  }

  publicKeys(): Promise<{ keys: JWK[] }> {
    return this.keys.publicKeys();
  }

  private issuerOf(accountId: string): string {
    return `${this.settings.publicUrl}/workloads/${accountId}`;
  }
}
