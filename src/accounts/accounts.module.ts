import { Module } from '@nestjs/common';
import { AccountAliasesService } from './account-aliases.service.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';
import { ManagementAccountService } from './management-account.service.js';

@Module({
  controllers: [AccountsController],
  providers: [AccountsService, AccountAliasesService, ManagementAccountService],
  exports: [AccountsService, ManagementAccountService],
})
export class AccountsModule {}
