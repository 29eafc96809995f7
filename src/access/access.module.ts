import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessFacts } from './authorization/access-facts.service.js';
import { Authenticator } from './authentication/authenticator.service.js';
import { BearerStrategy } from './authentication/bearer.strategy.js';
import { CookieStrategy } from './authentication/cookie.strategy.js';
import { SignatureV4Strategy } from './authentication/sigv4.strategy.js';
import { AuthorizationMessages } from './authorization/authorization-messages.service.js';
import { Authorizer } from './authorization/authorizer.service.js';
import { JwksController } from './tokens/jwks.controller.js';
import { LastUsed } from './authentication/last-used.service.js';
import { Decider } from './authorization/decider.service.js';
import { IamGuard } from './authorization/iam.guard.js';
import { Observers } from './authorization/observers.js';
import { AccessKeyDirectory } from './principals/access-key-directory.service.js';
import { AccountCaches } from './principals/account-caches.service.js';
import { ServiceDirectory } from './principals/service-directory.service.js';
import { PrincipalDirectory } from './principals/principal-directory.service.js';
import { ManagedPolicyDirectory } from './principals/managed-policy-directory.service.js';
import { SessionCallers } from './session-tokens/session-callers.service.js';
import { SessionTokens } from './session-tokens/session-tokens.service.js';
import { SessionDirectory } from './principals/session-directory.service.js';
import { AccessTokens } from './tokens/access-tokens.service.js';
import { SigningKeys } from './tokens/signing-keys.service.js';
import { StepUpGuard } from './authorization/step-up-guard.js';
import { SecondFactors } from './authentication/second-factors.js';
import { Strangers } from './authorization/strangers.service.js';
import { ThrottlingModule } from '../kernel/throttling/throttling.module.js';
import { SecretsModule } from '../kernel/secrets/secrets.module.js';
import { ClockModule } from '../kernel/clock/clock.module.js';
import { BackgroundModule } from '../kernel/background/background.module.js';

/** Authentication and authorization. */
@Module({
  imports: [BackgroundModule, ClockModule, SecretsModule, ThrottlingModule],
  controllers: [JwksController],
  providers: [
    Decider,
    IamGuard,
    { provide: APP_GUARD, useExisting: IamGuard },
    StepUpGuard,
    Authenticator,
    SignatureV4Strategy,
    SessionTokens,
    SessionCallers,
    ManagedPolicyDirectory,
    BearerStrategy,
    CookieStrategy,
    AuthorizationMessages,
    Authorizer,
    LastUsed,
    AccessFacts,
    Observers,
    AccountCaches,
    PrincipalDirectory,
    AccessKeyDirectory,
    ServiceDirectory,
    SessionDirectory,
    SigningKeys,
    AccessTokens,
    Strangers,
    SecondFactors,
  ],
  exports: [
    SecondFactors,
    IamGuard,
    StepUpGuard,
    Strangers,
    LastUsed,
    Observers,
    AccountCaches,
    AuthorizationMessages,
    Authorizer,
    BearerStrategy,
    CookieStrategy,
    SignatureV4Strategy,
    PrincipalDirectory,
    AccessTokens,
    SessionTokens,
    ManagedPolicyDirectory,
  ],
})
export class AccessModule {}
