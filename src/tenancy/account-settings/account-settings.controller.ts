import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { AccountPropertiesService } from './account-properties.service.js';
import {
  accountPropertiesOutput,
  emptyOutput,
  noInput,
  putAccountPropertiesInput,
  securityTokenServicePreferencesInput,
} from './account-settings.schema.js';
import { AccountSettingsService } from './account-settings.service.js';

/** Source: IAM API reference, the operations of these names. */
@Controller()
export class AccountSettingsController {
  constructor(
    private readonly settings: AccountSettingsService,
    private readonly properties: AccountPropertiesService,
  ) {}

  @Operation({
    name: 'iam:GetAccountProperties',
    summary: 'Get the properties of the account',
    route: 'GET /v1/account-properties',
    accessLevel: 'Read',
    input: noInput,
    output: accountPropertiesOutput,
    errors: [],
  })
  async getAccountProperties(_input: z.output<typeof noInput>, { tx, accountId }: OperationContext) {
    return { properties: await this.properties.read(tx, accountId) };
  }

  @Operation({
    name: 'iam:PutAccountProperties',
    summary: 'Set properties of the account',
    description:
      'Keys have the form Namespace/PropertyName, with one namespace per request. Properties that are ' +
      'omitted do not change.',
    route: 'PUT /v1/account-properties',
    accessLevel: 'Write',
    input: putAccountPropertiesInput,
    output: emptyOutput,
    errors: ['InvalidInput'],
    effect: 'changes',
  })
  async putAccountProperties(
    { properties }: z.output<typeof putAccountPropertiesInput>,
    { tx, accountId }: OperationContext,
  ) {
    await this.properties.set(tx, accountId, properties);
    return {};
  }

  @Operation({
    name: 'iam:SetSecurityTokenServicePreferences',
    summary: 'Set the version of the tokens of the global STS endpoint',
    description: 'GetAccountSummary returns the version. In Gatehouse, tokens of both versions are valid everywhere.',
    route: 'PUT /v1/security-token-service-preferences',
    accessLevel: 'Write',
    input: securityTokenServicePreferencesInput,
    errors: [],
    effect: 'changes',
  })
  async setSecurityTokenServicePreferences(
    { globalEndpointTokenVersion }: z.output<typeof securityTokenServicePreferencesInput>,
    { tx, accountId }: OperationContext,
  ) {
    const version = globalEndpointTokenVersion === 'v1Token' ? 1 : 2;
    await this.settings.change(tx, accountId, { globalEndpointTokenVersion: version });
  }
}
