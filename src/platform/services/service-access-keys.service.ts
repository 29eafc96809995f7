import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { serviceAccessKeyOwner } from '../../access/principals/access-key-directory.service.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest, type PagingInput } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { newAccessKeyId, newSecretAccessKey } from '../../kernel/unique-ids.js';
import type { AccessKeyStatus, Service } from '../../generated/prisma/client.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';

type Scope = Pick<OperationContext<Service>, 'tx' | 'accountId' | 'target'>;

/** The keys with which services sign. They belong to the management account, at most two per service, as for users. */
@Injectable()
export class ServiceAccessKeysService {
  constructor(private readonly secrets: SecretBox) {}

  /** @throws ApiError LimitExceeded */
  async create({ tx, accountId, target: { prefix: servicePrefix } }: Scope) {
    const held = await tx.serviceAccessKey.count({ where: { accountId, servicePrefix } });
    requireBelowQuota('AccessKeysPerService', held, quotas.accessKeysPerService);
    const accessKeyId = newAccessKeyId('AKIA', accountId);
    const secretAccessKey = newSecretAccessKey();
    const sealed = this.secrets.seal(Buffer.from(secretAccessKey), serviceAccessKeyOwner(accountId, accessKeyId));
    const { status, createdAt } = await tx.serviceAccessKey.create({
      data: { accountId, accessKeyId, servicePrefix, sealedSecret: new Uint8Array(sealed) },
    });
    return { accessKeyId, status, secretAccessKey, createDate: createdAt };
  }

  /** Ordered by ID. */
  async list({ tx, accountId, target: { prefix: servicePrefix } }: Scope, input: PagingInput) {
    const request = pageRequest(input);
    const rows = await tx.serviceAccessKey.findMany({
      where: { accountId, servicePrefix, ...(request.after ? { accessKeyId: { gt: request.after[0]! } } : {}) },
      orderBy: { accessKeyId: 'asc' },
      take: request.take,
    });
    const { items, ...paging } = page(rows, request, ({ accessKeyId }) => [accessKeyId]);
    const accessKeyMetadata = items.map(({ accessKeyId, status, createdAt, lastUsedAt, lastUsedService }) => ({
      accessKeyId,
      status,
      createDate: createdAt,
      ...(lastUsedAt ? { lastUsedDate: lastUsedAt } : {}),
      ...(lastUsedService === null ? {} : { lastUsedService }),
    }));
    return { accessKeyMetadata, ...paging };
  }

  /** @throws ApiError NoSuchEntity */
  async setStatus({ tx, accountId, target }: Scope, accessKeyId: string, status: AccessKeyStatus): Promise<void> {
    const where = { accountId, accessKeyId, servicePrefix: target.prefix };
    const { count } = await tx.serviceAccessKey.updateMany({ where, data: { status } });
    if (count === 0) throw missing(accessKeyId);
  }

  /** @throws ApiError NoSuchEntity */
  async delete({ tx, accountId, target }: Scope, accessKeyId: string): Promise<void> {
    const where = { accountId, accessKeyId, servicePrefix: target.prefix };
    const { count } = await tx.serviceAccessKey.deleteMany({ where });
    if (count === 0) throw missing(accessKeyId);
  }
}

function missing(accessKeyId: string): ApiError {
  return new ApiError('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`);
}
