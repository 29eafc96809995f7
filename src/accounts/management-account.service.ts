import { Injectable } from '@nestjs/common';
import { newAccountId } from '../common/unique-ids.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.service.js';
import { generatePassword } from '../secrets/generated-password.js';
import { AccountsService } from './accounts.service.js';

/** How to sign in as the platform's operator; the password only when it was generated just now. */
export interface ManagementAccount {
  readonly accountId: string;
  readonly email: string;
  readonly generatedPassword?: string;
}

/** The platform operator's own account, made at first start. */
@Injectable()
export class ManagementAccountService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** Creates the management account unless there is one. Replicas that start together make one between them. */
  async ensure(): Promise<ManagementAccount> {
    const accountId = newAccountId();
    return this.database.forAccount(accountId, async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('gatehouse management account'))`;
      const existing = await this.accounts.findManagementAccount();
      if (existing) return { accountId: existing.accountId, email: existing.rootEmail };
      const { rootEmail: email, rootPassword } = this.settings;
      const password = rootPassword ?? generatePassword();
      const account = { name: 'Management', email, password, isManagement: true };
      await this.database.inPlatform(tx, () => this.accounts.create(tx, accountId, account));
      return { accountId, email, ...(rootPassword === undefined ? { generatedPassword: password } : {}) };
    });
  }
}
