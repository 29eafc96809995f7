import { Injectable } from '@nestjs/common';
import { ApiError } from '../../kernel/errors/errors.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { AccountSettingsService } from './account-settings.service.js';

/** Whether the principals of an account can get web identity tokens for external services. */
@Injectable()
export class OutboundFederationService {
  constructor(
    private readonly accountSettings: AccountSettingsService,
    private readonly settings: Settings,
  ) {}

  /** The `iss` of the tokens, which is always the same for an account. */
  issuerOf(accountId: string): string {
    return `${this.settings.publicUrl}/issuers/${accountId}`;
  }

  /** @throws ApiError FeatureEnabled */
  async enable(tx: Transaction, accountId: string): Promise<string> {
    if (await this.isEnabled(tx, accountId)) {
      throw new ApiError('FeatureEnabled', 'Outbound identity federation is already enabled for your account.');
    }
    await this.accountSettings.change(tx, accountId, { outboundFederation: true });
    return this.issuerOf(accountId);
  }

  /** @throws ApiError FeatureDisabled */
  async disable(tx: Transaction, accountId: string): Promise<void> {
    await this.requireEnabled(tx, accountId);
    await this.accountSettings.change(tx, accountId, { outboundFederation: false });
  }

  /** @throws ApiError FeatureDisabled */
  async requireEnabled(tx: Transaction, accountId: string): Promise<void> {
    if (await this.isEnabled(tx, accountId)) return;
    throw new ApiError('FeatureDisabled', 'Outbound identity federation is not enabled for your account.');
  }

  async isEnabled(tx: Transaction, accountId: string): Promise<boolean> {
    return (await this.accountSettings.read(tx, accountId)).outboundFederation;
  }
}
