import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { accessKeyOwner } from '../../access/principals/access-key-directory.service.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas } from '../../kernel/quotas.js';
import { newAccessKeyId, newSecretAccessKey } from '../../kernel/unique-ids.js';
import type { AccessKeyStatus, Identity } from '../../generated/prisma/client.js';
import { ROOT_USER_NAME } from '../resources/identity.target.js';
import { Notifications } from '../../kernel/mail/notifications.service.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import type { AccessKeyUser } from './access-key.target.js';

/** The user who owns the keys; undefined for the root user. */
type Scope = Pick<OperationContext<Identity | undefined>, 'tx' | 'accountId' | 'target'>;
type CreationScope = Scope & Pick<OperationContext, 'request'>;

@Injectable()
export class AccessKeysService {
  constructor(
    private readonly secrets: SecretBox,
    private readonly notifications: Notifications,
  ) {}

  /** @throws ApiError LimitExceeded */
  async create({ tx, accountId, target, request }: CreationScope) {
    const userId = target?.identityId ?? null;
    if ((await tx.accessKey.count({ where: { accountId, userId } })) >= quotas.accessKeysPerUser) {
      const message = `Cannot exceed quota for AccessKeysPerUser: ${quotas.accessKeysPerUser}`;
      throw new ApiError('LimitExceeded', message);
    }
    const accessKeyId = newAccessKeyId('AKIA', accountId);
    const secretAccessKey = newSecretAccessKey();
    const sealed = this.secrets.seal(Buffer.from(secretAccessKey), accessKeyOwner(accountId, accessKeyId));
    const created = await tx.accessKey.create({
      data: { accountId, accessKeyId, userId, sealedSecret: new Uint8Array(sealed) },
    });
    if (!target) await this.notifications.notifyRoot(tx, accountId, { kind: 'accessKeyCreated', accessKeyId }, request);
    return {
      userName: target?.name ?? ROOT_USER_NAME,
      accessKeyId,
      status: created.status,
      secretAccessKey,
      createDate: created.createdAt,
    };
  }

  /** Ordered by ID. */
  async list({ tx, accountId, target }: Scope, input: { marker?: string | undefined; maxItems?: number | undefined }) {
    const request = pageRequest(input);
    const rows = await tx.accessKey.findMany({
      where: {
        accountId,
        userId: target?.identityId ?? null,
        ...(request.after ? { accessKeyId: { gt: request.after[0]! } } : {}),
      },
      orderBy: { accessKeyId: 'asc' },
      take: request.take,
    });
    const { items, ...paging } = page(rows, request, ({ accessKeyId }) => [accessKeyId]);
    const accessKeyMetadata = items.map(({ accessKeyId, status, createdAt }) => ({
      userName: target?.name ?? ROOT_USER_NAME,
      accessKeyId,
      status,
      createDate: createdAt,
    }));
    return { accessKeyMetadata, ...paging };
  }

  /** @throws ApiError NoSuchEntity */
  async setStatus({ tx, accountId, target }: Scope, accessKeyId: string, status: AccessKeyStatus): Promise<void> {
    const where = { accountId, accessKeyId, userId: target?.identityId ?? null };
    const { count } = await tx.accessKey.updateMany({ where, data: { status } });
    if (count === 0) throw missing(accessKeyId);
  }

  /** @throws ApiError NoSuchEntity */
  async delete({ tx, accountId, target }: Scope, accessKeyId: string): Promise<void> {
    const where = { accountId, accessKeyId, userId: target?.identityId ?? null };
    const { count } = await tx.accessKey.deleteMany({ where });
    if (count === 0) throw missing(accessKeyId);
  }

  describeUse({ user, lastUsedAt, lastUsedService, lastUsedRegion }: AccessKeyUser) {
    // AWS returns N/A for a key that was never used (data type AccessKeyLastUsed).
    return Promise.resolve({
      userName: user?.name ?? ROOT_USER_NAME,
      accessKeyLastUsed: {
        ...(lastUsedAt ? { lastUsedDate: lastUsedAt } : {}),
        serviceName: lastUsedService ?? 'N/A',
        region: lastUsedRegion ?? 'N/A',
      },
    });
  }
}

function missing(accessKeyId: string): ApiError {
  return new ApiError('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`);
}
