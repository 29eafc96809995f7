import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { SessionsService } from './sessions.service.js';
import { SignInController } from './sign-in.controller.js';
import { SignInService } from './sign-in.service.js';

@Module({ imports: [AccountsModule], controllers: [SignInController], providers: [SignInService, SessionsService] })
export class SignInModule {}
