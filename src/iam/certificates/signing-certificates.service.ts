import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import type { CredentialStatus, Identity, SigningCertificate } from '../../generated/prisma/client.js';
import { ROOT_USER_NAME } from '../resources/identity.target.js';
import { readCertificate } from './read-certificate.js';

type Context = OperationContext<Identity | undefined>;

/** Certificates with which users, and the root user, sign requests to services that accept them. */
@Injectable()
export class SigningCertificatesService {
  /** @throws ApiError MalformedCertificate, InvalidCertificate, DuplicateCertificate, LimitExceeded */
  async upload({ tx, accountId, target, request }: Context, certificateBody: string) {
    const certificate = readCertificate(certificateBody, `Certificate ${certificateBody} is malformed.`);
    if (request.receivedAt > new Date(certificate.validTo)) {
      throw new ApiError('InvalidCertificate', 'The certificate has expired.');
    }
    const fingerprint = certificate.fingerprint256;
    if ((await tx.signingCertificate.count({ where: { accountId, fingerprint } })) > 0) {
      throw new ApiError('DuplicateCertificate', 'The same certificate is already associated with a user.');
    }
    const userId = target?.identityId ?? null;
    const existing = await tx.signingCertificate.count({ where: { accountId, userId } });
    requireBelowQuota('CertificatesPerUser', existing, quotas.signingCertificatesPerUser);
    const certificateId = randomBytes(16).toString('hex').toUpperCase();
    const created = await tx.signingCertificate.create({
      data: { accountId, certificateId, userId, certificateBody, fingerprint },
    });
    return describe(created, target);
  }

  /** Ordered by ID. */
  async list(
    { tx, accountId, target }: Context,
    input: { marker?: string | undefined; maxItems?: number | undefined },
  ) {
    const request = pageRequest(input);
    const rows = await tx.signingCertificate.findMany({
      where: {
        accountId,
        userId: target?.identityId ?? null,
        ...(request.after ? { certificateId: { gt: request.after[0]! } } : {}),
      },
      orderBy: { certificateId: 'asc' },
      take: request.take,
    });
    const { items, ...paging } = page(rows, request, ({ certificateId }) => [certificateId]);
    return { certificates: items.map((item) => describe(item, target)), ...paging };
  }

  /** @throws ApiError NoSuchEntity */
  async setStatus({ tx, accountId, target }: Context, certificateId: string, status: CredentialStatus): Promise<void> {
    const where = { accountId, certificateId, userId: target?.identityId ?? null };
    const { count } = await tx.signingCertificate.updateMany({ where, data: { status } });
    if (count === 0) throw missing(certificateId);
  }

  /** @throws ApiError NoSuchEntity */
  async delete({ tx, accountId, target }: Context, certificateId: string): Promise<void> {
    const where = { accountId, certificateId, userId: target?.identityId ?? null };
    const { count } = await tx.signingCertificate.deleteMany({ where });
    if (count === 0) throw missing(certificateId);
  }
}

function describe(certificate: SigningCertificate, user: Identity | undefined) {
  const { certificateId, certificateBody, status, createdAt } = certificate;
  return { userName: user?.name ?? ROOT_USER_NAME, certificateId, certificateBody, status, uploadDate: createdAt };
}

function missing(certificateId: string): ApiError {
  return new ApiError('NoSuchEntity', `The Certificate with id ${certificateId} cannot be found.`);
}
