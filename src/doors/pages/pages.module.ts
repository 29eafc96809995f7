import { Module } from '@nestjs/common';
import { PasswordPolicyModule } from '../../iam/password-policy/password-policy.module.js';
import { RootUserModule } from '../../sign-in/root-user/root-user.module.js';
import { SessionsModule } from '../../sign-in/sessions/sessions.module.js';
import { EmailConfirmationPageController } from './email-confirmation-page.controller.js';
import { FormGuard } from './form-guard.service.js';
import { PageOperations } from './page-operations.service.js';
import { LandingPage } from './landing-page.service.js';
import { RecoveryPageController } from './recovery-page.controller.js';
import { SignInPageController } from './sign-in-page.controller.js';
import { SignedInPageController } from './signed-in-page.controller.js';
import { StepUpPageController } from './step-up-page.controller.js';
import { AccessModule } from '../../access/access.module.js';
import { OperationsModule } from '../../operations/operations.module.js';
import { ClockModule } from '../../kernel/clock/clock.module.js';

/** The sign-in pages, for people with a browser. */
@Module({
  imports: [AccessModule, ClockModule, OperationsModule, PasswordPolicyModule, RootUserModule, SessionsModule],
  controllers: [
    SignInPageController,
    SignedInPageController,
    StepUpPageController,
    RecoveryPageController,
    EmailConfirmationPageController,
  ],
  providers: [FormGuard, LandingPage, PageOperations],
})
export class PagesModule {}
