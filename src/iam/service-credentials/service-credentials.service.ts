import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import { newUniqueId } from '../../kernel/unique-ids.js';
import { Database } from '../../kernel/database/database.service.js';
import type { CredentialStatus, Identity, ServiceSpecificCredential } from '../../generated/prisma/client.js';
import { identityArn } from '../resources/identity.target.js';
import { credentialFormOf } from './credential-services.js';
import type {
  createServiceCredentialInput,
  listServiceCredentialsInput,
  verifyServiceCredentialInput,
  verifyServiceCredentialOutput,
} from './service-credentials.schema.js';

type Context = OperationContext<Identity | undefined>;
type WithUser = ServiceSpecificCredential & { user: Identity };

const DAY = 24 * 60 * 60 * 1000;

/** User names with passwords, and keys, that are valid for one service only. */
@Injectable()
export class ServiceCredentialsService {
  constructor(private readonly database: Database) {}

  /** @throws ApiError NoSuchEntity, LimitExceeded, ValidationError */
  async create(
    { tx, accountId, target: user, request }: OperationContext<Identity>,
    { serviceName, credentialAgeDays }: z.output<typeof createServiceCredentialInput>,
  ) {
    const form = credentialFormOf(serviceName);
    if (credentialAgeDays !== undefined && form === 'password') {
      throw new ApiError('ValidationError', `Credentials of ${serviceName} do not expire: omit CredentialAgeDays.`);
    }
    const owned = { accountId, userId: user.identityId, serviceName };
    const others = await tx.serviceSpecificCredential.findMany({ where: owned });
    requireBelowQuota('ServiceSpecificCredentialsPerUser', others.length, quotas.serviceCredentialsPerUser);
    const secret = newSecret();
    const created = await tx.serviceSpecificCredential.create({
      data: {
        ...owned,
        credentialId: newUniqueId('ACCA'),
        serviceUserName: await this.freeName(tx, user, serviceName),
        secretHash: hashOf(secret),
        expiresAt:
          credentialAgeDays === undefined ? null : new Date(request.receivedAt.getTime() + credentialAgeDays * DAY),
      },
      include: { user: true },
    });
    return withSecret(created, secret, request.receivedAt);
  }

  /** Ordered by ID. @throws ApiError ValidationError, NoSuchEntity */
  async list(
    { tx, accountId, target: user, request: { receivedAt } }: Context,
    { allUsers = false, userName, serviceName, ...paging }: z.output<typeof listServiceCredentialsInput>,
  ) {
    if (allUsers && userName !== undefined) {
      throw new ApiError('ValidationError', 'Specify either UserName or AllUsers.');
    }
    if (serviceName !== undefined) credentialFormOf(serviceName);
    const request = pageRequest(paging);
    const rows = await tx.serviceSpecificCredential.findMany({
      where: {
        accountId,
        // The root user has none: no user has the empty ID.
        ...(allUsers ? {} : { userId: user?.identityId ?? '' }),
        ...(serviceName === undefined ? {} : { serviceName }),
        ...(request.after ? { credentialId: { gt: request.after[0]! } } : {}),
      },
      orderBy: { credentialId: 'asc' },
      take: request.take,
      include: { user: true },
    });
    const { items, ...more } = page(rows, request, ({ credentialId }) => [credentialId]);
    return { serviceSpecificCredentials: items.map((item) => describe(item, receivedAt)), ...more };
  }

  /** @throws ApiError NoSuchEntity */
  async setStatus(context: Context, credentialId: string, status: CredentialStatus): Promise<void> {
    const found = await requireCredential(context, credentialId);
    await context.tx.serviceSpecificCredential.update({ where: key(found), data: { status } });
  }

  /** Creates a new secret for the same name. @throws ApiError NoSuchEntity */
  async reset(context: Context, credentialId: string) {
    const found = await requireCredential(context, credentialId);
    const secret = newSecret();
    await context.tx.serviceSpecificCredential.update({
      where: key(found),
      data: { secretHash: hashOf(secret) },
    });
    return withSecret(found, secret, context.request.receivedAt);
  }

  /** @throws ApiError NoSuchEntity */
  async delete(context: Context, credentialId: string): Promise<void> {
    await context.tx.serviceSpecificCredential.delete({ where: key(await requireCredential(context, credentialId)) });
  }

  /** For the service to which the credential was presented: verifies it and returns its owner. */
  async verify(
    { tx, caller, partition, request }: OperationContext,
    { serviceName, serviceUserName, secret }: z.output<typeof verifyServiceCredentialInput>,
  ): Promise<z.input<typeof verifyServiceCredentialOutput>> {
    const accountId = /-at-(\d{12})$/.exec(serviceUserName)?.[1];
    if (!accountId || (!caller.isManagement && accountId !== caller.accountId)) return { isValid: false };
    const found = await this.database.inAccount(tx, accountId, () =>
      tx.serviceSpecificCredential.findUnique({
        where: { accountId_serviceName_serviceUserName: { accountId, serviceName, serviceUserName } },
        include: { user: { include: { account: { select: { status: true } } } } },
      }),
    );
    const matches = timingSafeEqual(found?.secretHash ?? new Uint8Array(32), hashOf(secret));
    const isValid =
      found !== null &&
      matches &&
      statusOf(found, request.receivedAt) === 'Active' &&
      found.user.account.status === 'active';
    return isValid ? { isValid, principal: identityArn(found.user, partition) } : { isValid: false };
  }

  /** `ana-at-123456789012`, then `ana+1-at-123456789012`. */
  private async freeName(tx: Context['tx'], { accountId, name }: Identity, serviceName: string): Promise<string> {
    for (let count = 0; ; count += 1) {
      const serviceUserName = `${name}${count === 0 ? '' : `+${count}`}-at-${accountId}`;
      const taken = await tx.serviceSpecificCredential.count({ where: { accountId, serviceName, serviceUserName } });
      if (taken === 0) return serviceUserName;
    }
  }
}

async function requireCredential({ tx, accountId, target }: Context, credentialId: string): Promise<WithUser> {
  const userId = target?.identityId ?? '';
  const where = { accountId, credentialId, userId };
  const found = await tx.serviceSpecificCredential.findFirst({ where, include: { user: true } });
  if (found) return found;
  throw new ApiError('NoSuchEntity', `No such credential ${credentialId} exists`);
}

function describe(credential: WithUser, now: Date) {
  const { user, credentialId, serviceName, serviceUserName, createdAt, expiresAt } = credential;
  return {
    userName: user.name,
    serviceSpecificCredentialId: credentialId,
    serviceName,
    ...(credentialFormOf(serviceName) === 'password'
      ? { serviceUserName }
      : { serviceCredentialAlias: serviceUserName }),
    status: statusOf(credential, now),
    createDate: createdAt,
    ...(expiresAt ? { expirationDate: expiresAt } : {}),
  };
}

function withSecret(credential: WithUser, secret: string, now: Date) {
  const isPassword = credentialFormOf(credential.serviceName) === 'password';
  return {
    ...describe(credential, now),
    ...(isPassword ? { servicePassword: secret } : { serviceCredentialSecret: secret }),
  };
}

function statusOf({ status, expiresAt }: ServiceSpecificCredential, now: Date): 'Active' | 'Inactive' | 'Expired' {
  return expiresAt && expiresAt <= now ? 'Expired' : status;
}

function newSecret(): string {
  return randomBytes(30).toString('base64');
}

function hashOf(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(secret).digest());
}

function key({ accountId, credentialId }: ServiceSpecificCredential) {
  return { accountId_credentialId: { accountId, credentialId } };
}
