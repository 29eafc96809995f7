import { Injectable } from '@nestjs/common';
import sshpk from 'sshpk';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { newUniqueId } from '../../kernel/unique-ids.js';
import type { CredentialStatus, Identity, SshPublicKey } from '../../generated/prisma/client.js';
import { readPublicKey, toOpenSsh } from './read-public-key.js';
import type { getSshPublicKeyInput, listSshPublicKeysInput } from './ssh-public-keys.schema.js';

type Context = OperationContext<Identity>;

/** Keys with which users reach services over SSH. */
@Injectable()
export class SshPublicKeysService {
  /** @throws ApiError UnrecognizedPublicKeyEncoding, InvalidPublicKey, DuplicateSSHPublicKey, LimitExceeded */
  async upload({ tx, accountId, target: user }: Context, text: string) {
    const key = readPublicKey(text);
    const owned = { accountId, userId: user.identityId };
    const body = toOpenSsh(key);
    if ((await tx.sshPublicKey.count({ where: { ...owned, body } })) > 0) {
      throw new ApiError('DuplicateSSHPublicKey', 'The SSH public key is already associated with the user.');
    }
    const existing = await tx.sshPublicKey.count({ where: owned });
    requireBelowQuota('SSHPublicKeysPerUser', existing, quotas.sshPublicKeysPerUser);
    const fingerprint = key.fingerprint('md5').toString();
    const created = await tx.sshPublicKey.create({
      data: { ...owned, sshPublicKeyId: newUniqueId('APKA'), body, fingerprint },
    });
    return { ...describe(created, user), fingerprint, sshPublicKeyBody: text };
  }

  /** @throws ApiError NoSuchEntity */
  async get(
    { tx, accountId, target: user }: Context,
    { sshPublicKeyId, encoding }: z.output<typeof getSshPublicKeyInput>,
  ) {
    const found = await tx.sshPublicKey.findFirst({ where: { accountId, userId: user.identityId, sshPublicKeyId } });
    if (!found) throw missing(sshPublicKeyId);
    const body = encoding === 'SSH' ? found.body : sshpk.parseKey(found.body, 'ssh').toString('pem');
    return { ...describe(found, user), fingerprint: found.fingerprint, sshPublicKeyBody: body };
  }

  /** Ordered by ID. The root user has none. */
  async list(
    { tx, accountId, target: user }: OperationContext<Identity | undefined>,
    input: z.output<typeof listSshPublicKeysInput>,
  ) {
    if (!user) return { sshPublicKeys: [], isTruncated: false };
    const request = pageRequest(input);
    const rows = await tx.sshPublicKey.findMany({
      where: {
        accountId,
        userId: user.identityId,
        ...(request.after ? { sshPublicKeyId: { gt: request.after[0]! } } : {}),
      },
      orderBy: { sshPublicKeyId: 'asc' },
      take: request.take,
    });
    const { items, ...paging } = page(rows, request, ({ sshPublicKeyId }) => [sshPublicKeyId]);
    return { sshPublicKeys: items.map((item) => describe(item, user)), ...paging };
  }

  /** @throws ApiError NoSuchEntity */
  async setStatus({ tx, accountId, target }: Context, sshPublicKeyId: string, status: CredentialStatus): Promise<void> {
    const where = { accountId, userId: target.identityId, sshPublicKeyId };
    const { count } = await tx.sshPublicKey.updateMany({ where, data: { status } });
    if (count === 0) throw missing(sshPublicKeyId);
  }

  /** @throws ApiError NoSuchEntity */
  async delete({ tx, accountId, target }: Context, sshPublicKeyId: string): Promise<void> {
    const where = { accountId, userId: target.identityId, sshPublicKeyId };
    const { count } = await tx.sshPublicKey.deleteMany({ where });
    if (count === 0) throw missing(sshPublicKeyId);
  }
}

function describe({ sshPublicKeyId, status, createdAt }: SshPublicKey, user: Identity) {
  return { userName: user.name, sshPublicKeyId, status, uploadDate: createdAt };
}

function missing(sshPublicKeyId: string): ApiError {
  return new ApiError('NoSuchEntity', `The Public Key with id ${sshPublicKeyId} cannot be found.`);
}
