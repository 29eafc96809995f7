import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { likePrefix } from '../../kernel/paging/like-prefix.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { toTagList, toTags, tagsColumn } from '../../kernel/tags.js';
import { newUniqueId } from '../../kernel/unique-ids.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { ServerCertificate } from '../../generated/prisma/client.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { readCertificate, requireChain, requireKeyOf } from './read-certificate.js';
import { serverCertificateArn } from './server-certificate.target.js';
import type {
  getServerCertificateOutput,
  listServerCertificatesInput,
  serverCertificateMetadata,
  updateServerCertificateInput,
  uploadServerCertificateInput,
  uploadServerCertificateOutput,
} from './server-certificates.schema.js';

type Metadata = z.input<typeof serverCertificateMetadata>;

/** TLS certificates and their private keys, which are never returned. */
@Injectable()
export class ServerCertificatesService {
  constructor(private readonly secrets: SecretBox) {}

  /** @throws ApiError EntityAlreadyExists, MalformedCertificate, KeyPairMismatch, LimitExceeded */
  async upload(
    { tx, accountId, partition }: OperationContext,
    input: z.output<typeof uploadServerCertificateInput>,
  ): Promise<z.input<typeof uploadServerCertificateOutput>> {
    const { serverCertificateName: name, certificateBody, certificateChain, privateKey, tags } = input;
    const certificate = readCertificate(certificateBody);
    requireKeyOf(certificate, privateKey);
    if (certificateChain !== undefined) requireChain(certificate, certificateChain);
    await requireFreeName(tx, accountId, name);
    const existing = await tx.serverCertificate.count({ where: { accountId } });
    requireBelowQuota('ServerCertificatesPerAccount', existing, quotas.serverCertificatesPerAccount);
    const certificateId = newUniqueId('ASCA');
    const sealed = this.secrets.seal(Buffer.from(privateKey), serverCertificateKeyOwner(accountId, certificateId));
    const created = await tx.serverCertificate.create({
      data: {
        accountId,
        certificateId,
        name,
        nameKey: name.toLowerCase(),
        path: input.path ?? '/',
        certificateBody,
        certificateChain: certificateChain ?? null,
        sealedPrivateKey: new Uint8Array(sealed),
        expiresAt: new Date(certificate.validTo),
        tags: toTags(tags),
      },
    });
    return { serverCertificateMetadata: toMetadata(created, partition), ...(tags?.length ? { tags } : {}) };
  }

  describe(
    certificate: ServerCertificate,
    partition: string,
  ): z.input<typeof getServerCertificateOutput>['serverCertificate'] {
    const tags = toTagList(tagsColumn.read(certificate.tags));
    return {
      serverCertificateMetadata: toMetadata(certificate, partition),
      certificateBody: certificate.certificateBody,
      certificateChain: certificate.certificateChain ?? undefined,
      tags,
    };
  }

  /** Ordered by name. */
  async list(
    { tx, accountId, partition }: OperationContext,
    { pathPrefix, ...paging }: z.output<typeof listServerCertificatesInput>,
  ) {
    const request = pageRequest(paging);
    const rows = await tx.serverCertificate.findMany({
      where: {
        accountId,
        ...(pathPrefix === undefined ? {} : { path: { startsWith: likePrefix(pathPrefix) } }),
        ...(request.after ? { nameKey: { gt: request.after[0]! } } : {}),
      },
      orderBy: { nameKey: 'asc' },
      take: request.take,
      omit: { tags: true, certificateBody: true, certificateChain: true, sealedPrivateKey: true },
    });
    const { items, ...more } = page(rows, request, ({ nameKey }) => [nameKey]);
    return { serverCertificateMetadataList: items.map((item) => toMetadata(item, partition)), ...more };
  }

  /**
   * Sets a new name, a new path or both: the ARN changes.
   *
   * @throws ApiError EntityAlreadyExists
   */
  async move(
    tx: Transaction,
    certificate: ServerCertificate,
    { newServerCertificateName: name, newPath: path }: z.output<typeof updateServerCertificateInput>,
  ): Promise<void> {
    const { accountId } = certificate;
    if (name !== undefined && name.toLowerCase() !== certificate.nameKey) await requireFreeName(tx, accountId, name);
    await tx.serverCertificate.update({
      where: key(certificate),
      data: {
        ...(name === undefined ? {} : { name, nameKey: name.toLowerCase() }),
        ...(path === undefined ? {} : { path }),
      },
    });
  }

  async delete(tx: Transaction, certificate: ServerCertificate): Promise<void> {
    await tx.serverCertificate.delete({ where: key(certificate) });
  }
}

async function requireFreeName(tx: Transaction, accountId: string, name: string): Promise<void> {
  if ((await tx.serverCertificate.count({ where: { accountId, nameKey: name.toLowerCase() } })) === 0) return;
  throw new ApiError('EntityAlreadyExists', `The Server Certificate with name ${name} already exists.`);
}

/** The owner to which the sealed private key of a server certificate is bound. */
export function serverCertificateKeyOwner(accountId: string, certificateId: string): readonly string[] {
  return ['server-certificate', accountId, certificateId];
}

/** Without the members that lists omit. */
type Listed = Omit<ServerCertificate, 'tags' | 'certificateBody' | 'certificateChain' | 'sealedPrivateKey'>;

function toMetadata(certificate: Listed, partition: string): Metadata {
  return {
    path: certificate.path,
    serverCertificateName: certificate.name,
    serverCertificateId: certificate.certificateId,
    arn: serverCertificateArn(certificate, partition),
    uploadDate: certificate.createdAt,
    expiration: certificate.expiresAt,
  };
}

function key({ accountId, certificateId }: ServerCertificate) {
  return { accountId_certificateId: { accountId, certificateId } };
}
