import { Injectable } from '@nestjs/common';
import { lockSharedWork } from '../../kernel/database/row-locks.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { newAccountId } from '../../kernel/unique-ids.js';
import { Settings, SettingsError } from '../../kernel/config/settings.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import { generatePassword } from '../../kernel/secrets/generated-password.js';
import { AccountsService } from './accounts.service.js';

/** How to sign in as the platform's operator; with the password only if it was just generated. */
export interface ManagementAccount {
  readonly accountId: string;
  readonly email: string;
  readonly generatedPassword?: string;
}

/** The account of the platform operator, created at the first start. */
@Injectable()
export class ManagementAccountService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** Creates the management account unless it exists. Replicas that start together create only one. */
  async ensure(): Promise<ManagementAccount> {
    const accountId = newAccountId();
    return this.database.forAccount(accountId, async (tx) => {
      await lockSharedWork(tx, 'management account');
      const existing = await this.accounts.findManagementAccount();
      if (existing) return { accountId: existing.accountId, email: existing.rootEmail };
      const { rootEmail: email, rootPassword } = this.settings;
      const password = rootPassword ?? generatePassword();
      await this.create(tx, accountId, email, password);
      return { accountId, email, ...(rootPassword === undefined ? { generatedPassword: password } : {}) };
    });
  }

  /** @throws SettingsError if the password in the environment violates the rules for root users */
  private async create(tx: Transaction, accountId: string, email: string, password: string): Promise<void> {
    try {
      const account = { name: 'Management', email, password, isManagement: true };
      await this.database.inPlatform(tx, () => this.accounts.create(tx, accountId, account));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'PasswordPolicyViolation') throw error;
      throw new SettingsError(`GATEHOUSE_ROOT_PASSWORD is not accepted: ${error.message}`);
    }
  }
}
