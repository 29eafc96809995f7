import { Injectable } from '@nestjs/common';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Account } from '../../generated/prisma/client.js';
import { endSessions } from '../resources/end-sessions.js';
import { ROOT_USER_NAME } from '../resources/identity.target.js';
import { Notifications } from '../../kernel/mail/notifications.service.js';
import { makeSecondFactorsOnly } from '../resources/second-factors-only.js';
import type { LoginProfileDescription } from './login-profiles.service.js';

/**
 * Whether a root user can have a password. The management account deletes it, or lets the root user set one by recovery
 * again; it never knows the password.
 *
 * Source: IAM User Guide, "Centrally manage root access for member accounts".
 */
@Injectable()
export class RootLoginProfileService {
  constructor(private readonly notifications: Notifications) {}

  /** @throws ApiError ValidationError if a password is given, EntityAlreadyExists */
  async create(
    { tx, accountId, request }: OperationContext<unknown>,
    { password }: { password?: string | undefined },
  ): Promise<LoginProfileDescription> {
    if (password !== undefined) {
      throw new ApiError('ValidationError', 'The root user sets its own password: omit the parameter Password.');
    }
    const account = await find(tx, accountId);
    if (account.rootPasswordSetAt) {
      throw new ApiError('EntityAlreadyExists', 'Login Profile for the root user already exists.');
    }
    await tx.account.update({ where: { accountId }, data: { rootPasswordSetAt: request.receivedAt } });
    await this.notifications.notifyRoot(tx, accountId, { kind: 'rootAccessEnabled' }, request);
    return describe(request.receivedAt);
  }

  /** @throws ApiError NoSuchEntity */
  async get(tx: Transaction, accountId: string): Promise<LoginProfileDescription> {
    const { rootPasswordSetAt } = await find(tx, accountId);
    if (!rootPasswordSetAt) throw none();
    return describe(rootPasswordSetAt);
  }

  /** Ends its sessions, and invalidates its recovery links. @throws ApiError NoSuchEntity */
  async delete({ tx, accountId, request }: OperationContext<unknown>): Promise<void> {
    if (!(await find(tx, accountId)).rootPasswordSetAt) throw none();
    await tx.account.update({ where: { accountId }, data: { rootPasswordHash: null, rootPasswordSetAt: null } });
    await tx.passwordRecovery.deleteMany({ where: { accountId } });
    await makeSecondFactorsOnly(tx, accountId, accountId);
    await endSessions(tx, accountId, accountId, request.receivedAt);
    await this.notifications.notifyRoot(tx, accountId, { kind: 'rootAccessDeleted' }, request);
  }
}

function find(tx: Transaction, accountId: string): Promise<Account> {
  return tx.account.findUniqueOrThrow({ where: { accountId } });
}

function describe(createDate: Date): LoginProfileDescription {
  return { userName: ROOT_USER_NAME, createDate, passwordResetRequired: false };
}

function none(): ApiError {
  return new ApiError('NoSuchEntity', 'Login Profile for the root user cannot be found.');
}
