import { Injectable } from '@nestjs/common';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { isUniqueViolation } from '../../kernel/database/database-errors.js';

/** The single alias of an account, unique on the platform. */
@Injectable()
export class AccountAliasesService {
  /**
   * Replaces the current alias of the account (IAM API reference, CreateAccountAlias).
   *
   * @throws ApiError EntityAlreadyExists
   */
  async set(tx: Transaction, accountId: string, alias: string): Promise<void> {
    try {
      await tx.account.update({ where: { accountId }, data: { alias } });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new ApiError('EntityAlreadyExists', `The account alias ${alias} already exists.`);
    }
  }

  /** @throws ApiError NoSuchEntity */
  async delete(tx: Transaction, accountId: string, alias: string): Promise<void> {
    const { count } = await tx.account.updateMany({ where: { accountId, alias }, data: { alias: null } });
    if (count === 0) throw new ApiError('NoSuchEntity', `The Account Alias ${alias} cannot be found.`);
  }

  async list(tx: Transaction, accountId: string): Promise<string[]> {
    const { alias } = await tx.account.findUniqueOrThrow({ where: { accountId }, select: { alias: true } });
    return alias === null ? [] : [alias];
  }
}
