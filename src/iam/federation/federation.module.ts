import { Module } from '@nestjs/common';
import { arn } from '../../kernel/iam-names.schema.js';
import { tagsColumn } from '../../kernel/tags.js';
import { Settings } from '../../kernel/config/settings.js';
import { tagsController } from '../tags/tags.controller.js';
import { TagsModule } from '../tags/tags.module.js';
import { locateOidcProvider, oidcProviderArn } from './oidc-provider.target.js';
import { OidcProvidersController } from './oidc-providers.controller.js';
import { OidcProvidersService } from './oidc-providers.service.js';
import { ProviderNetwork } from './provider-network.js';
import { locateSamlProvider, samlProviderArn } from './saml-provider.target.js';
import { SamlProvidersController } from './saml-providers.controller.js';
import { SamlProvidersService } from './saml-providers.service.js';
import { XmlReader } from './xml-reader.service.js';
import { SecretsModule } from '../../kernel/secrets/secrets.module.js';

/** The identity providers that an account trusts. */
@Module({
  imports: [SecretsModule, TagsModule],
  controllers: [
    OidcProvidersController,
    SamlProvidersController,
    tagsController({
      title: 'OpenIDConnectProvider',
      member: 'openIdConnectProviderArn',
      schema: arn,
      route: '/v1/oidc-providers/tags',
      resourceType: 'oidc-provider',
      search: async ({ tx, accountId, partition }, { where, after, take }) => {
        const rows = await tx.oidcProvider.findMany({
          where: { accountId, issuer: { gt: after }, ...where },
          orderBy: { issuer: 'asc' },
          take,
        });
        return rows.map((row) => ({
          key: row.issuer,
          arn: oidcProviderArn(partition, accountId, row.issuer),
          tags: tagsColumn.read(row.tags),
        }));
      },
      locate: locateOidcProvider,
      save: (tx, { accountId, issuer }, tags) =>
        tx.oidcProvider.update({ where: { accountId_issuer: { accountId, issuer } }, data: { tags } }),
    }),
    tagsController({
      title: 'SAMLProvider',
      member: 'samlProviderArn',
      schema: arn,
      route: '/v1/saml-providers/tags',
      resourceType: 'saml-provider',
      search: async ({ tx, accountId, partition }, { where, after, take }) => {
        const rows = await tx.samlProvider.findMany({
          where: { accountId, nameKey: { gt: after }, ...where },
          orderBy: { nameKey: 'asc' },
          take,
        });
        return rows.map((row) => ({
          key: row.nameKey,
          arn: samlProviderArn(partition, accountId, row.name),
          tags: tagsColumn.read(row.tags),
        }));
      },
      locate: locateSamlProvider,
      save: (tx, { accountId, nameKey }, tags) =>
        tx.samlProvider.update({ where: { accountId_nameKey: { accountId, nameKey } }, data: { tags } }),
    }),
  ],
  providers: [
    OidcProvidersService,
    SamlProvidersService,
    XmlReader,
    { provide: ProviderNetwork, inject: [Settings], useFactory: (settings: Settings) => new ProviderNetwork(settings) },
  ],
  exports: [ProviderNetwork, XmlReader],
})
export class FederationModule {}
