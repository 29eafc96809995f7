import { Controller, Get, Param } from '@nestjs/common';
import { Public } from '../../../access/actions/public.decorator.js';
import { ApiError } from '../../../kernel/errors/errors.js';
import { IdentityTokens } from './identity-tokens.service.js';

/**
 * The metadata with which others verify the tokens of an account's workloads: the same whether the account exists or
 * not.
 */
@Public()
@Controller()
export class WorkloadIssuerController {
  constructor(private readonly tokens: IdentityTokens) {}

  /** OpenID Connect Discovery 1.0 §3. */
  @Get('/workloads/:accountId/.well-known/openid-configuration')
  configuration(@Param('accountId') accountId: string) {
    requireAccountId(accountId);
    return this.tokens.configuration(accountId);
  }

  /** RFC 7517 §5. */
  @Get('/workloads/:accountId/.well-known/jwks.json')
  publicKeys(@Param('accountId') accountId: string) {
    requireAccountId(accountId);
    return this.tokens.publicKeys();
  }
}

function requireAccountId(text: string): void {
  if (!/^\d{12}$/.test(text)) throw new ApiError('NotFound', 'The issuer does not exist.');
}
