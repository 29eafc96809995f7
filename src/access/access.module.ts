import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule, MetadataScanner } from '@nestjs/core';
import { AccessFacts } from './access-facts.service.js';
import { AuditTrail } from './audit/audit-trail.js';
import { ChainSeals } from './audit/chain-seals.js';
import { AuditPartitionKeeper } from './audit/partition-keeper.js';
import { Authenticator } from './authentication/authenticator.service.js';
import { BearerStrategy } from './authentication/bearer.strategy.js';
import { CookieStrategy } from './authentication/cookie.strategy.js';
import { SignatureV4Strategy } from './authentication/sigv4.strategy.js';
import { AuthorizationMessages } from './authorization/authorization-messages.service.js';
import { Authorizer } from './authorization/authorizer.service.js';
import { JwksController } from './tokens/jwks.controller.js';
import { LastUsed } from './last-used.service.js';
import { OperationRegistry } from '../operations/operation-registry.js';
import { Decider } from './authorization/decider.service.js';
import { IamGuard } from './authorization/iam.guard.js';
import { OperationRecorder } from '../operations/operation-recorder.js';
import { OperationPipeline } from '../operations/pipeline.js';
import { OperationSteps } from '../operations/operation-steps.service.js';
import { RememberedReads } from '../operations/remembered-reads.service.js';
import { Observers } from './observers.js';
import { AccessKeyDirectory } from './principals/access-key-directory.service.js';
import { AccountCaches } from './principals/account-caches.service.js';
import { ServiceDirectory } from './principals/service-directory.service.js';
import { PrincipalDirectory } from './principals/principal-directory.service.js';
import { ManagedPolicyDirectory } from './principals/managed-policy-directory.service.js';
import { SessionCallers } from './session-tokens/session-callers.service.js';
import { SessionTokens } from './session-tokens/session-tokens.service.js';
import { SessionDirectory } from './principals/session-directory.service.js';
import { ServiceCatalogue } from '../operations/service-catalogue.js';
import { AccessTokens } from './tokens/access-tokens.service.js';
import { SigningKeys } from './tokens/signing-keys.service.js';
import { StepUpGuard } from './authorization/step-up-guard.js';
import { Strangers } from './authorization/strangers.service.js';
import { ThrottlingModule } from '../throttling/throttling.module.js';

/** Who is calling, and may they: authentication, the operation pipeline and its REST door. */
@Global()
@Module({
  imports: [DiscoveryModule, ThrottlingModule],
  controllers: [JwksController],
  providers: [
    MetadataScanner,
    OperationRegistry,
    OperationPipeline,
    Decider,
    IamGuard,
    { provide: APP_GUARD, useExisting: IamGuard },
    OperationSteps,
    OperationRecorder,
    StepUpGuard,
    RememberedReads,
    Authenticator,
    SignatureV4Strategy,
    SessionTokens,
    SessionCallers,
    ManagedPolicyDirectory,
    BearerStrategy,
    CookieStrategy,
    AuthorizationMessages,
    Authorizer,
    AuditPartitionKeeper,
    AuditTrail,
    ChainSeals,
    LastUsed,
    AccessFacts,
    ServiceCatalogue,
    Observers,
    AccountCaches,
    PrincipalDirectory,
    AccessKeyDirectory,
    ServiceDirectory,
    SessionDirectory,
    SigningKeys,
    AccessTokens,
    Strangers,
  ],
  exports: [
    OperationRegistry,
    ServiceCatalogue,
    Observers,
    AccountCaches,
    OperationPipeline,
    AuthorizationMessages,
    Authorizer,
    AuditTrail,
    ChainSeals,
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
