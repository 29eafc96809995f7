import { Module } from '@nestjs/common';
import { PasswordPolicyModule } from '../../iam/password-policy/password-policy.module.js';
import { RootUserModule } from '../../sign-in/root-user/root-user.module.js';
import { SessionsModule } from '../../sign-in/sessions/sessions.module.js';
import { SignInModule } from '../../sign-in/sign-in.module.js';
import { EmailConfirmationPageController } from './email-confirmation-page.controller.js';
import { FormGuard } from './form-guard.service.js';
import { LandingPage } from './landing-page.service.js';
import { RecoveryPageController } from './recovery-page.controller.js';
import { SignInPageController } from './sign-in-page.controller.js';
import { SignedInPageController } from './signed-in-page.controller.js';
import { StepUpPageController } from './step-up-page.controller.js';
import { AccessModule } from '../../access/access.module.js';
import { OperationsModule } from '../../operations/operations.module.js';

/** The sign-in pages, for people with a browser. */
@Module({
  imports: [AccessModule, OperationsModule, PasswordPolicyModule, RootUserModule, SessionsModule, SignInModule],
  controllers: [
    SignInPageController,
    SignedInPageController,
    StepUpPageController,
    RecoveryPageController,
    EmailConfirmationPageController,
  ],
  providers: [FormGuard, LandingPage],
})
export class PagesModule {}
