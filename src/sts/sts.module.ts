import { Module } from '@nestjs/common';
import { AccountSettingsModule } from '../tenancy/account-settings/account-settings.module.js';
import { AccountsModule } from '../tenancy/accounts/accounts.module.js';
import { FederationModule } from '../iam/federation/federation.module.js';
import { OrganizationModule } from '../tenancy/organizations/organization.module.js';
import { AssumeRoleController } from './sessions/assume-role.controller.js';
import { AssumeRootController } from './sessions/assume-root.controller.js';
import { RootSessions } from './sessions/root-sessions.service.js';
import { RoleSessions } from './sessions/role-sessions.service.js';
import { FederatedSessions } from './federation/federated-sessions.service.js';
import { SamlAssertionStrategy } from './federation/saml-assertion.strategy.js';
import { WebIdentityTokenStrategy } from './federation/web-identity-token.strategy.js';
import { OidcKeys } from './federation/oidc-keys.service.js';
import { SamlAssertions } from './federation/saml-assertions.service.js';
import { SamlController } from './federation/saml.controller.js';
import { WebIdentityController } from './federation/web-identity.controller.js';
import { WebIdentityTokens } from './federation/web-identity-tokens.service.js';
import { LongTermSessionsService } from './sessions/long-term-sessions.service.js';
import { WebIdentityIssuerController } from './outbound/web-identity-issuer.controller.js';
import { WebIdentityKeys } from './outbound/web-identity-keys.service.js';
import { WebIdentityTokenController } from './outbound/web-identity-token.controller.js';
import { OutboundTokens } from './outbound/web-identity-tokens.service.js';
import { ScopedCredentials } from './sessions/scoped-credentials.service.js';
import { SessionTokensController } from './sessions/session-tokens.controller.js';
import { StsController } from './sessions/sts.controller.js';
import { SecretsModule } from '../kernel/secrets/secrets.module.js';
import { AccessModule } from '../access/access.module.js';
import { ClockModule } from '../kernel/clock/clock.module.js';
import { BackgroundModule } from '../kernel/background/background.module.js';

@Module({
  imports: [
    AccessModule,
    AccountSettingsModule,
    AccountsModule,
    BackgroundModule,
    ClockModule,
    FederationModule,
    OrganizationModule,
    SecretsModule,
  ],
  controllers: [
    StsController,
    AssumeRoleController,
    AssumeRootController,
    SessionTokensController,
    WebIdentityController,
    SamlController,
    WebIdentityIssuerController,
    WebIdentityTokenController,
  ],
  providers: [
    FederatedSessions,
    SamlAssertionStrategy,
    WebIdentityTokenStrategy,
    OidcKeys,
    SamlAssertions,
    WebIdentityTokens,
    RoleSessions,
    RootSessions,
    LongTermSessionsService,
    OutboundTokens,
    ScopedCredentials,
    WebIdentityKeys,
  ],
  exports: [RoleSessions, WebIdentityKeys],
})
export class StsModule {}
