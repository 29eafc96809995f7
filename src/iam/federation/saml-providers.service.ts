import { createPrivateKey, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { toTagList, toTags, tagsColumn } from '../../kernel/tags.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { SamlProvider } from '../../generated/prisma/client.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import type { SamlMetadata } from './saml-metadata.js';
import { samlProviderArn, type SamlProviderWithKeys } from './saml-provider.target.js';
import type {
  createSamlProviderInput,
  createSamlProviderOutput,
  getSamlProviderOutput,
  updateSamlProviderInput,
} from './saml-providers.schema.js';
import { XmlReader } from './xml-reader.service.js';

/** Two, so that a key can be replaced without interruption (IAM API reference, UpdateSAMLProvider). */
const PRIVATE_KEYS_PER_PROVIDER = 2;
/** Validity of a document without validUntil in years, as on AWS. */
const DEFAULT_VALIDITY = 100;

/** The SAML 2.0 identity providers of an account. */
@Injectable()
export class SamlProvidersService {
  constructor(
    private readonly secrets: SecretBox,
    private readonly xml: XmlReader,
  ) {}

  /** @throws ApiError EntityAlreadyExists, InvalidInput, LimitExceeded */
  async create(
    { tx, accountId, partition, request }: OperationContext,
    input: z.output<typeof createSamlProviderInput>,
  ): Promise<z.input<typeof createSamlProviderOutput>> {
    const { name, samlMetadataDocument, assertionEncryptionMode = null, addPrivateKey, tags } = input;
    const metadata = await this.xml.readMetadata(samlMetadataDocument);
    const nameKey = name.toLowerCase();
    if ((await tx.samlProvider.count({ where: { accountId, nameKey } })) > 0) {
      throw new ApiError('EntityAlreadyExists', `SAML Provider ${name} already exists.`);
    }
    const existing = await tx.samlProvider.count({ where: { accountId } });
    requireBelowQuota('SAMLProvidersPerAccount', existing, quotas.samlProvidersPerAccount);
    requireKeyFor(assertionEncryptionMode, addPrivateKey === undefined ? 0 : 1);
    const created = await tx.samlProvider.create({
      data: {
        accountId,
        name,
        nameKey,
        uuid: newKeyId(),
        metadataDocument: samlMetadataDocument,
        validUntil: validUntil(metadata, request.receivedAt),
        encryptionMode: assertionEncryptionMode,
        tags: toTags(tags),
      },
    });
    if (addPrivateKey !== undefined) await this.addKey(tx, created, addPrivateKey);
    return { samlProviderArn: samlProviderArn(partition, accountId, name), ...(tags?.length ? { tags } : {}) };
  }

  describe(provider: SamlProviderWithKeys): z.input<typeof getSamlProviderOutput> {
    const tags = toTagList(tagsColumn.read(provider.tags));
    const mode = provider.encryptionMode as 'Required' | 'Allowed' | null;
    return {
      samlProviderUuid: provider.uuid,
      samlMetadataDocument: provider.metadataDocument,
      createDate: provider.createdAt,
      validUntil: provider.validUntil,
      tags,
      // AWS's default.
      assertionEncryptionMode: mode ?? 'Allowed',
      privateKeyList: provider.privateKeys.map(({ keyId, createdAt }) => ({ keyId, timestamp: createdAt })),
    };
  }

  /** All providers: this API has no pages. */
  async list({ tx, accountId, partition }: OperationContext) {
    const rows = await tx.samlProvider.findMany({
      where: { accountId },
      orderBy: { nameKey: 'asc' },
      select: { name: true, validUntil: true, createdAt: true },
    });
    return {
      samlProviderList: rows.map(({ name, validUntil: until, createdAt }) => ({
        arn: samlProviderArn(partition, accountId, name),
        validUntil: until,
        createDate: createdAt,
      })),
    };
  }

  /** @throws ApiError InvalidInput, LimitExceeded */
  async update(
    { tx, target: provider, request }: OperationContext<SamlProviderWithKeys>,
    input: z.output<typeof updateSamlProviderInput>,
  ): Promise<void> {
    const { samlMetadataDocument: document, addPrivateKey, removePrivateKey } = input;
    const encryptionMode = input.assertionEncryptionMode ?? provider.encryptionMode;
    let keys = provider.privateKeys.length;
    if (removePrivateKey !== undefined) {
      await this.removeKey(tx, provider, removePrivateKey);
      keys -= 1;
    }
    if (addPrivateKey !== undefined) {
      requireBelowQuota('PrivateKeysPerSAMLProvider', keys, PRIVATE_KEYS_PER_PROVIDER);
      await this.addKey(tx, provider, addPrivateKey);
      keys += 1;
    }
    requireKeyFor(encryptionMode, keys);
    const metadata = document === undefined ? undefined : await this.xml.readMetadata(document);
    await tx.samlProvider.update({
      where: key(provider),
      data: {
        encryptionMode,
        ...(document !== undefined && metadata
          ? { metadataDocument: document, validUntil: validUntil(metadata, request.receivedAt) }
          : {}),
      },
    });
  }

  async delete(tx: Transaction, provider: SamlProvider): Promise<void> {
    await tx.samlProvider.delete({ where: key(provider) });
  }

  private async addKey(tx: Transaction, { accountId, nameKey, uuid }: SamlProvider, pem: string): Promise<void> {
    requirePrivateKey(pem);
    const keyId = newKeyId();
    const sealed = this.secrets.seal(Buffer.from(pem), samlPrivateKeyOwner(accountId, uuid, keyId));
    await tx.samlPrivateKey.create({
      data: { accountId, providerNameKey: nameKey, keyId, sealedKey: new Uint8Array(sealed) },
    });
  }

  private async removeKey(tx: Transaction, { accountId, nameKey }: SamlProvider, keyId: string): Promise<void> {
    const { count } = await tx.samlPrivateKey.deleteMany({ where: { accountId, providerNameKey: nameKey, keyId } });
    if (count === 0) throw new ApiError('InvalidInput', `The provider has no private key with the ID ${keyId}.`);
  }
}

/** The owner to which a sealed private key of a SAML provider is bound. */
export function samlPrivateKeyOwner(accountId: string, providerUuid: string, keyId: string): readonly string[] {
  return ['saml-private-key', accountId, providerUuid, keyId];
}

function requireKeyFor(mode: string | null, keys: number): void {
  if (mode !== 'Required' || keys > 0) return;
  throw new ApiError(
    'InvalidInput',
    'Encrypted assertions can be required only if the provider has a private key to decrypt them.',
  );
}

function requirePrivateKey(pem: string): void {
  try {
    createPrivateKey(pem);
  } catch {
    throw new ApiError('InvalidInput', 'The private key must be an unencrypted key in PEM format.');
  }
}

function validUntil({ validUntil: stated }: SamlMetadata, now: Date): Date {
  if (stated && stated <= now) throw new ApiError('InvalidInput', 'The metadata document has expired.');
  if (stated) return stated;
  const until = new Date(now);
  until.setUTCFullYear(until.getUTCFullYear() + DEFAULT_VALIDITY);
  return until;
}

/** 32 uppercase hexadecimal digits, matching AWS's `[A-Z0-9]{22,64}`. */
function newKeyId(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}

function key({ accountId, nameKey }: SamlProvider) {
  return { accountId_nameKey: { accountId, nameKey } };
}
