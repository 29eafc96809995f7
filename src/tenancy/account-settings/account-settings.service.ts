import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { AccountSettings, Prisma } from '../../generated/prisma/client.js';

type Changes = Partial<Omit<AccountSettings, 'accountId' | 'properties'>> & { properties?: Prisma.InputJsonObject };

/** What an account has switched on. */
@Injectable()
export class AccountSettingsService {
  /** With the defaults where nothing was ever set. */
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
