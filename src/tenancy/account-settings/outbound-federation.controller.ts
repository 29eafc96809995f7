import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { noInput, outboundFederationInfoOutput, outboundFederationOutput } from './account-settings.schema.js';
import { OutboundFederationService } from './outbound-federation.service.js';

/** Source: IAM API reference, the operations of these names. */
@Controller()
export class OutboundFederationController {
  constructor(private readonly federation: OutboundFederationService) {}

  @Operation({
    name: 'iam:EnableOutboundWebIdentityFederation',
    summary: 'Enable outbound web identity federation',
    route: 'PUT /v1/outbound-web-identity-federation',
    accessLevel: 'Write',
    input: noInput,
    output: outboundFederationOutput,
    errors: ['FeatureEnabled'],
  })
  async enable(_input: z.output<typeof noInput>, { tx, accountId }: OperationContext) {
    return { issuerIdentifier: await this.federation.enable(tx, accountId) };
  }

  @Operation({
    name: 'iam:DisableOutboundWebIdentityFederation',
    summary: 'Disable outbound web identity federation',
    description: 'Tokens that were already issued remain valid until they expire.',
    route: 'DELETE /v1/outbound-web-identity-federation',
    accessLevel: 'Write',
    input: noInput,
    errors: ['FeatureDisabled'],
  })
  async disable(_input: z.output<typeof noInput>, { tx, accountId }: OperationContext) {
    await this.federation.disable(tx, accountId);
  }

  @Operation({
    name: 'iam:GetOutboundWebIdentityFederationInfo',
    summary: "Get the issuer of the account's web identity tokens",
    route: 'GET /v1/outbound-web-identity-federation',
    accessLevel: 'Read',
    input: noInput,
    output: outboundFederationInfoOutput,
    errors: ['FeatureDisabled'],
  })
  async info(_input: z.output<typeof noInput>, { tx, accountId }: OperationContext) {
    await this.federation.requireEnabled(tx, accountId);
    return { issuerIdentifier: this.federation.issuerOf(accountId), jwtVendingEnabled: true };
  }
}
