import { Module } from '@nestjs/common';
import { arn } from '../common/iam-names.schema.js';
import { tagsController } from '../tags/tags.controller.js';
import { locateOidcProvider } from './oidc-provider.target.js';
import { OidcProvidersController } from './oidc-providers.controller.js';
import { OidcProvidersService } from './oidc-providers.service.js';
import { locateSamlProvider } from './saml-provider.target.js';
import { SamlProvidersController } from './saml-providers.controller.js';
import { SamlProvidersService } from './saml-providers.service.js';

/** The identity providers that an account trusts. */
@Module({
  controllers: [
    OidcProvidersController,
    SamlProvidersController,
    tagsController({
      title: 'OpenIDConnectProvider',
      member: 'openIdConnectProviderArn',
      schema: arn,
      route: '/v1/oidc-providers/tags',
      locate: locateOidcProvider,
      save: (tx, { accountId, issuer }, tags) =>
        tx.oidcProvider.update({ where: { accountId_issuer: { accountId, issuer } }, data: { tags } }),
    }),
    tagsController({
      title: 'SAMLProvider',
      member: 'samlProviderArn',
      schema: arn,
      route: '/v1/saml-providers/tags',
      locate: locateSamlProvider,
      save: (tx, { accountId, nameKey }, tags) =>
        tx.samlProvider.update({ where: { accountId_nameKey: { accountId, nameKey } }, data: { tags } }),
    }),
  ],
  providers: [OidcProvidersService, SamlProvidersService],
})
export class FederationModule {}
