import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { OidcProvider } from '../../generated/prisma/client.js';
import { parseIssuer } from './oidc-issuer.js';
import { locateOidcProvider, oidcProviderArn } from './oidc-provider.target.js';
import {
  clientIdInput,
  createOidcProviderInput,
  createOidcProviderOutput,
  getOidcProviderOutput,
  listOidcProvidersInput,
  listOidcProvidersOutput,
  oidcProviderInput,
  thumbprintsInput,
} from './oidc-providers.schema.js';
import { OidcProvidersService } from './oidc-providers.service.js';

const onProvider = {
  locate: ({ input, ...scope }: LocateScope<{ openIdConnectProviderArn: string }>) =>
    locateOidcProvider(scope, input.openIdConnectProviderArn),
};

/** Source: IAM API reference, the operations on OpenID Connect providers. */
@Controller()
export class OidcProvidersController {
  constructor(private readonly providers: OidcProvidersService) {}

  @Operation({
    name: 'iam:CreateOpenIDConnectProvider',
    summary: 'Create an OpenID Connect identity provider',
    description:
      'Roles can then name the provider in their trust policies. Gatehouse contacts the provider when ' +
      'one of its tokens is presented, and verifies its TLS certificate then, so thumbprints are ' +
      'optional.',
    route: 'POST /v1/oidc-providers',
    status: 201,
    accessLevel: 'Write',
    input: createOidcProviderInput,
    output: createOidcProviderOutput,
    locate: ({ input, accountId, partition }) => ({
      arn: oidcProviderArn(partition, accountId, parseIssuer(input.url).issuer),
      row: undefined,
    }),
    tagPermission: 'iam:TagOpenIDConnectProvider',
    errors: ['EntityAlreadyExists', 'InvalidInput', 'LimitExceeded'],
    effect: 'changes',
  })
  createOpenIdConnectProvider(input: z.output<typeof createOidcProviderInput>, context: OperationContext) {
    return this.providers.create(context, input);
  }

  @Operation({
    name: 'iam:GetOpenIDConnectProvider',
    summary: 'Get an OpenID Connect identity provider',
    route: 'GET /v1/oidc-providers/one',
    accessLevel: 'Read',
    input: oidcProviderInput,
    output: getOidcProviderOutput,
    ...onProvider,
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  getOpenIdConnectProvider(_input: z.output<typeof oidcProviderInput>, { target }: OperationContext<OidcProvider>) {
    return Promise.resolve(this.providers.describe(target));
  }

  @Operation({
    name: 'iam:ListOpenIDConnectProviders',
    summary: 'List OpenID Connect identity providers',
    route: 'GET /v1/oidc-providers',
    accessLevel: 'List',
    input: listOidcProvidersInput,
    output: listOidcProvidersOutput,
    errors: [],
  })
  listOpenIdConnectProviders(_input: z.output<typeof listOidcProvidersInput>, context: OperationContext) {
    return this.providers.list(context);
  }

  @Operation({
    name: 'iam:AddClientIDToOpenIDConnectProvider',
    summary: 'Add a client ID to an OpenID Connect identity provider',
    route: 'PUT /v1/oidc-providers/client-ids',
    accessLevel: 'Write',
    input: clientIdInput,
    ...onProvider,
    errors: ['NoSuchEntity', 'InvalidInput', 'LimitExceeded'],
  })
  async addClientId({ clientId }: z.output<typeof clientIdInput>, { tx, target }: OperationContext<OidcProvider>) {
    await this.providers.addClientId(tx, target, clientId);
  }

  @Operation({
    name: 'iam:RemoveClientIDFromOpenIDConnectProvider',
    summary: 'Remove a client ID from an OpenID Connect identity provider',
    route: 'DELETE /v1/oidc-providers/client-ids',
    accessLevel: 'Write',
    input: clientIdInput,
    ...onProvider,
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  async removeClientId({ clientId }: z.output<typeof clientIdInput>, { tx, target }: OperationContext<OidcProvider>) {
    await this.providers.removeClientId(tx, target, clientId);
  }

  @Operation({
    name: 'iam:UpdateOpenIDConnectProviderThumbprint',
    summary: 'Replace the certificate thumbprints of an OpenID Connect identity provider',
    route: 'PUT /v1/oidc-providers/thumbprints',
    accessLevel: 'Write',
    input: thumbprintsInput,
    ...onProvider,
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  async updateThumbprint(
    { thumbprintList }: z.output<typeof thumbprintsInput>,
    { tx, target }: OperationContext<OidcProvider>,
  ) {
    await this.providers.setThumbprints(tx, target, thumbprintList);
  }

  @Operation({
    name: 'iam:DeleteOpenIDConnectProvider',
    summary: 'Delete an OpenID Connect identity provider',
    description: 'Roles that name the provider in their trust policies can no longer be assumed with its tokens.',
    route: 'DELETE /v1/oidc-providers',
    accessLevel: 'Write',
    input: oidcProviderInput,
    // According to the API reference, deleting a missing provider succeeds; this is what AWS really answers.
    locate: async ({ input: { openIdConnectProviderArn: arn }, ...scope }) => {
      const target = await locateOidcProvider(scope, arn);
      return 'row' in target ? target : { ...target, missing: `OpenId connect Provider ${arn} cannot be found.` };
    },
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  async deleteOpenIdConnectProvider(
    _input: z.output<typeof oidcProviderInput>,
    { tx, target }: OperationContext<OidcProvider>,
  ) {
    await this.providers.delete(tx, target);
  }
}
