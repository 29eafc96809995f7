import { Controller, Get } from '@nestjs/common';
import { Public } from '../actions/public.decorator.js';
import { SigningKeys } from './signing-keys.service.js';

@Controller()
export class JwksController {
  constructor(private readonly signingKeys: SigningKeys) {}

  /** The keys that verify access tokens: RFC 7517 §5. */
  @Public()
  @Get('/.well-known/jwks.json')
  publicKeys() {
    return this.signingKeys.publicKeys();
  }
}
