import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { locateSamlProvider, samlProviderArn, type SamlProviderWithKeys } from './saml-provider.target.js';
import {
  createSamlProviderInput,
  createSamlProviderOutput,
  getSamlProviderOutput,
  listSamlProvidersInput,
  listSamlProvidersOutput,
  samlProviderInput,
  updateSamlProviderInput,
  updateSamlProviderOutput,
} from './saml-providers.schema.js';
import { SamlProvidersService } from './saml-providers.service.js';

const onProvider = {
  locate: ({ input, ...scope }: LocateScope<{ samlProviderArn: string }>) =>
    locateSamlProvider(scope, input.samlProviderArn),
};

/** Source: IAM API reference, the operations on SAML providers. */
@Controller()
export class SamlProvidersController {
  constructor(private readonly providers: SamlProvidersService) {}

  @Operation({
    name: 'iam:CreateSAMLProvider',
    summary: 'Create a SAML 2.0 identity provider',
    description: 'Roles can then name the provider in their trust policies.',
    route: 'POST /v1/saml-providers',
    status: 201,
    accessLevel: 'Write',
    input: createSamlProviderInput,
    output: createSamlProviderOutput,
    locate: ({ input, accountId, partition }) => ({
      arn: samlProviderArn(partition, accountId, input.name),
      row: undefined,
    }),
    tagPermission: 'iam:TagSAMLProvider',
    errors: ['EntityAlreadyExists', 'InvalidInput', 'LimitExceeded'],
    effect: 'changes',
  })
  createSamlProvider(input: z.output<typeof createSamlProviderInput>, context: OperationContext) {
    return this.providers.create(context, input);
  }

  @Operation({
    name: 'iam:GetSAMLProvider',
    summary: 'Get a SAML 2.0 identity provider',
    route: 'GET /v1/saml-providers/one',
    accessLevel: 'Read',
    input: samlProviderInput,
    output: getSamlProviderOutput,
    ...onProvider,
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  getSamlProvider(_input: z.output<typeof samlProviderInput>, { target }: OperationContext<SamlProviderWithKeys>) {
    return Promise.resolve(this.providers.describe(target));
  }

  @Operation({
    name: 'iam:ListSAMLProviders',
    summary: 'List SAML 2.0 identity providers',
    route: 'GET /v1/saml-providers',
    accessLevel: 'List',
    input: listSamlProvidersInput,
    output: listSamlProvidersOutput,
    errors: [],
  })
  listSamlProviders(_input: z.output<typeof listSamlProvidersInput>, context: OperationContext) {
    return this.providers.list(context);
  }

  @Operation({
    name: 'iam:UpdateSAMLProvider',
    summary: 'Replace the metadata or the private keys of a SAML 2.0 identity provider',
    route: 'PATCH /v1/saml-providers',
    accessLevel: 'Write',
    input: updateSamlProviderInput,
    output: updateSamlProviderOutput,
    ...onProvider,
    errors: ['NoSuchEntity', 'InvalidInput', 'LimitExceeded'],
  })
  async updateSamlProvider(
    input: z.output<typeof updateSamlProviderInput>,
    context: OperationContext<SamlProviderWithKeys>,
  ) {
    await this.providers.update(context, input);
    return { samlProviderArn: input.samlProviderArn };
  }

  @Operation({
    name: 'iam:DeleteSAMLProvider',
    summary: 'Delete a SAML 2.0 identity provider',
    description: 'Roles that name the provider in their trust policies can no longer be assumed with its assertions.',
    route: 'DELETE /v1/saml-providers',
    accessLevel: 'Write',
    input: samlProviderInput,
    ...onProvider,
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  async deleteSamlProvider(
    _input: z.output<typeof samlProviderInput>,
    { tx, target }: OperationContext<SamlProviderWithKeys>,
  ) {
    await this.providers.delete(tx, target);
  }
}
