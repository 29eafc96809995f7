import { Controller, Get, Param } from '@nestjs/common';
import { Public } from '../../access/actions/public.decorator.js';
import { OutboundFederationService } from '../../tenancy/account-settings/outbound-federation.service.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { webIdentityAlgorithms, WebIdentityKeys } from './web-identity-keys.service.js';

/**
 * The metadata with which external services verify the web identity tokens of an account. It is the same for every
 * account ID, whether the account exists or not, so it does not reveal who is a customer, and tokens that were issued
 * before the account disabled the feature can still be verified.
 */
@Controller()
export class WebIdentityIssuerController {
  constructor(
    private readonly keys: WebIdentityKeys,
    private readonly federation: OutboundFederationService,
  ) {}

  /** OpenID Connect Discovery 1.0 §3. */
  @Public()
  @Get('/issuers/:accountId/.well-known/openid-configuration')
  configuration(@Param('accountId') accountId: string) {
    const issuer = this.federation.issuerOf(required(accountId));
    return {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: webIdentityAlgorithms,
      claims_supported: ['iss', 'sub', 'aud', 'iat', 'exp', 'jti', 'https://sts.amazonaws.com/'],
    };
  }

  /** RFC 7517 §5. */
  @Public()
  @Get('/issuers/:accountId/.well-known/jwks.json')
  publicKeys(@Param('accountId') accountId: string) {
    required(accountId);
    return this.keys.publicKeys();
  }
}

function required(accountId: string): string {
  if (/^\d{12}$/.test(accountId)) return accountId;
  throw new ApiError('NotFound', 'The issuer does not exist.');
}
