import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { toTagList, toTags, tagsColumn } from '../../kernel/tags.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { OidcProvider } from '../../generated/prisma/client.js';
import { parseIssuer } from './oidc-issuer.js';
import { oidcProviderArn } from './oidc-provider.target.js';
import {
  CLIENT_IDS_PER_PROVIDER,
  type createOidcProviderInput,
  type createOidcProviderOutput,
  type getOidcProviderOutput,
} from './oidc-providers.schema.js';
import { ProviderNetwork } from './provider-network.js';

/** The OpenID Connect identity providers of an account. */
@Injectable()
export class OidcProvidersService {
  constructor(private readonly network: ProviderNetwork) {}

  /** @throws ApiError EntityAlreadyExists, ValidationError, LimitExceeded */
  async create(
    { tx, accountId, partition }: OperationContext,
    { url: text, clientIdList, thumbprintList, tags }: z.output<typeof createOidcProviderInput>,
  ): Promise<z.input<typeof createOidcProviderOutput>> {
    const { issuer, url } = parseIssuer(text);
    if (this.network.refuses(url)) {
      const message = 'Invalid Open ID Connect Provider URL: its address is not on the public internet.';
      throw new ApiError('ValidationError', message);
    }
    if ((await tx.oidcProvider.count({ where: { accountId, issuer } })) > 0) {
      throw new ApiError('EntityAlreadyExists', `Provider with url ${url} already exists.`);
    }
    const existing = await tx.oidcProvider.count({ where: { accountId } });
    requireBelowQuota('OpenIdConnectProvidersPerAccount', existing, quotas.oidcProvidersPerAccount);
    await tx.oidcProvider.create({
      data: {
        accountId,
        issuer,
        url,
        clientIds: [...new Set(clientIdList)],
        thumbprints: lowerCase(thumbprintList),
        tags: toTags(tags),
      },
    });
    return {
      openIdConnectProviderArn: oidcProviderArn(partition, accountId, issuer),
      ...(tags?.length ? { tags } : {}),
    };
  }

  describe({ issuer, clientIds, thumbprints, createdAt, tags }: OidcProvider): z.input<typeof getOidcProviderOutput> {
    return {
      url: issuer,
      clientIdList: clientIds,
      thumbprintList: thumbprints,
      createDate: createdAt,
      tags: toTagList(tagsColumn.read(tags)),
    };
  }

  /** All providers: this API has no pages. */
  async list({ tx, accountId, partition }: OperationContext) {
    const rows = await tx.oidcProvider.findMany({
      where: { accountId },
      orderBy: { issuer: 'asc' },
      select: { issuer: true },
    });
    return {
      openIdConnectProviderList: rows.map(({ issuer }) => ({ arn: oidcProviderArn(partition, accountId, issuer) })),
    };
  }

  /**
   * Adding an existing one changes nothing.
   *
   * @throws ApiError LimitExceeded
   */
  async addClientId(tx: Transaction, provider: OidcProvider, clientId: string): Promise<void> {
    const { clientIds } = provider;
    if (clientIds.includes(clientId)) return;
    requireBelowQuota('ClientIdsPerOpenIdConnectProvider', clientIds.length, CLIENT_IDS_PER_PROVIDER);
    await tx.oidcProvider.update({ where: key(provider), data: { clientIds: [...clientIds, clientId] } });
  }

  /** Removing one that does not exist changes nothing. */
  async removeClientId(tx: Transaction, provider: OidcProvider, clientId: string): Promise<void> {
    const clientIds = provider.clientIds.filter((kept) => kept !== clientId);
    await tx.oidcProvider.update({ where: key(provider), data: { clientIds } });
  }

  async setThumbprints(tx: Transaction, provider: OidcProvider, thumbprints: readonly string[]): Promise<void> {
    await tx.oidcProvider.update({ where: key(provider), data: { thumbprints: lowerCase(thumbprints) } });
  }

  async delete(tx: Transaction, provider: OidcProvider): Promise<void> {
    await tx.oidcProvider.delete({ where: key(provider) });
  }
}

function key({ accountId, issuer }: OidcProvider) {
  return { accountId_issuer: { accountId, issuer } };
}

function lowerCase(thumbprints: readonly string[] = []): string[] {
  return [...new Set(thumbprints.map((thumbprint) => thumbprint.toLowerCase()))];
}
