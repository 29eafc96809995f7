import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { AccountSettings, Prisma } from '../../generated/prisma/client.js';

type Changes = Partial<Omit<AccountSettings, 'accountId' | 'properties'>> & { properties?: Prisma.InputJsonObject };

/** Settings of an account. */
@Injectable()
export class AccountSettingsService {
  /** With the defaults for settings that were never set. */
  async read(tx: Transaction, accountId: string): Promise<AccountSettings> {
    return (
      (await tx.accountSettings.findUnique({ where: { accountId } })) ?? {
        accountId,
        properties: {},
        globalEndpointTokenVersion: 1,
        outboundFederation: false,
        mfaRequired: 'none',
        organizationFeatures: [],
      }
    );
  }

  async change(tx: Transaction, accountId: string, changes: Changes): Promise<void> {
    await tx.accountSettings.upsert({ where: { accountId }, create: { accountId, ...changes }, update: changes });
  }
}
