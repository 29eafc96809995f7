import { Module } from '@nestjs/common';
import { AccountsModule } from '../tenancy/accounts/accounts.module.js';
import { MfaModule } from '../iam/mfa/mfa.module.js';
import { PasswordPolicyModule } from '../iam/password-policy/password-policy.module.js';
import { RootUserModule } from './root-user/root-user.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { ThrottlingModule } from '../kernel/throttling/throttling.module.js';
import { UsersModule } from '../iam/users/users.module.js';
import { Challenges } from './challenges.service.js';
import { AccountSettingsModule } from '../tenancy/account-settings/account-settings.module.js';
import { MfaEnrolmentController } from './mfa-enrolment.controller.js';
import { MfaEnrolment } from './mfa-enrolment.service.js';
import { MfaRequests } from './mfa-requests.service.js';
import { MfaAnswers } from './mfa-answers.service.js';
import { NextSteps } from './next-steps.service.js';
import { PasskeyChallenges } from './passkey-challenges.service.js';
import { PasskeySignInController } from './passkey-sign-in.controller.js';
import { PasskeySignIn } from './passkey-sign-in.service.js';
import { SignInPrincipals } from './principals.service.js';
import { MfaAnswerStrategy } from './mfa-answer.strategy.js';
import { PasskeyStrategy } from './passkey.strategy.js';
import { PasswordStrategy } from './password.strategy.js';
import { SignInPresenters } from './presenters.service.js';
import { SessionCookies } from './session-cookies.service.js';
import { MfaEnrolmentStrategy, PasswordChangeStrategy } from './step-token.strategies.js';
import { StepTokens } from './step-tokens.service.js';
import { SignInController } from './sign-in.controller.js';
import { SignInService } from './sign-in.service.js';
import { StepUpController } from './step-up.controller.js';
import { StepUpService } from './step-up.service.js';
import { SignInSteps } from './steps.service.js';
import { SecretsModule } from '../kernel/secrets/secrets.module.js';
import { MailModule } from '../kernel/mail/mail.module.js';
import { AuditTrailModule } from '../audit/trail/audit-trail.module.js';

@Module({
  imports: [
    AccountSettingsModule,
    AccountsModule,
    AuditTrailModule,
    MailModule,
    MfaModule,
    PasswordPolicyModule,
    RootUserModule,
    SecretsModule,
    SessionsModule,
    ThrottlingModule,
    UsersModule,
  ],
  controllers: [SignInController, PasskeySignInController, MfaEnrolmentController, StepUpController],
  providers: [
    SignInService,
    NextSteps,
    SignInSteps,
    MfaAnswers,
    MfaEnrolment,
    MfaRequests,
    StepUpService,
    Challenges,
    PasskeySignIn,
    PasskeyChallenges,
    SignInPrincipals,
    SignInPresenters,
    SessionCookies,
    StepTokens,
    PasswordStrategy,
    MfaAnswerStrategy,
    PasswordChangeStrategy,
    MfaEnrolmentStrategy,
    PasskeyStrategy,
  ],
})
export class SignInModule {}
