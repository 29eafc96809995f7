import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccessAdvisorModule } from './insight/access-advisor/access-advisor.module.js';
import { AccessKeysModule } from './iam/access-keys/access-keys.module.js';
import { AccessModule } from './access/access.module.js';
import { AccountSettingsModule } from './tenancy/account-settings/account-settings.module.js';
import { AccountViewModule } from './insight/account-view/account-view.module.js';
import { AccountsModule } from './tenancy/accounts/accounts.module.js';
import { AuditModule } from './audit/log/audit.module.js';
import { BackgroundModule } from './kernel/background/background.module.js';
import { CertificatesModule } from './iam/certificates/certificates.module.js';
import { ClockModule } from './kernel/clock/clock.module.js';
import { ConfigModule } from './kernel/config/config.module.js';
import type { Settings } from './kernel/config/settings.js';
import { DatabaseModule } from './kernel/database/database.module.js';
import { DecisionsModule } from './platform/decisions/decisions.module.js';
import { DelegationModule } from './sts/delegation/delegation.module.js';
import { FederationModule } from './iam/federation/federation.module.js';
import { GroupsModule } from './iam/groups/groups.module.js';
import { HealthModule } from './ops/health/health.module.js';
import { ErrorFilter } from './doors/http/error.filter.js';
import { MailModule } from './kernel/mail/mail.module.js';
import { MetricsModule } from './ops/metrics/metrics.module.js';
import { MfaModule } from './iam/mfa/mfa.module.js';
import { PasswordPolicyModule } from './iam/password-policy/password-policy.module.js';
import { PlatformPoliciesModule } from './platform/platform-policies/platform-policies.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { OrganizationModule } from './tenancy/organizations/organization.module.js';
import { PoliciesModule } from './iam/policies/policies.module.js';
import { InstanceProfilesModule } from './iam/instance-profiles/instance-profiles.module.js';
import { ReportsModule } from './insight/reports/reports.module.js';
import { ResourcePoliciesModule } from './platform/resource-policies/resource-policies.module.js';
import { RoleTemplatesModule } from './iam/role-templates/role-templates.module.js';
import { RolesModule } from './iam/roles/roles.module.js';
import { RootUserModule } from './sign-in/root-user/root-user.module.js';
import { SecretsModule } from './kernel/secrets/secrets.module.js';
import { FindingsModule } from './insight/findings/findings.module.js';
import { ServiceCredentialsModule } from './iam/service-credentials/service-credentials.module.js';
import { ServicesModule } from './platform/services/services.module.js';
import { PagesModule } from './doors/pages/pages.module.js';
import { SignInModule } from './sign-in/sign-in.module.js';
import { SimulatorModule } from './insight/simulator/simulator.module.js';
import { SshPublicKeysModule } from './iam/ssh-public-keys/ssh-public-keys.module.js';
import { StsModule } from './sts/sts.module.js';
import { TagsModule } from './iam/tags/tags.module.js';
import { UsersModule } from './iam/users/users.module.js';

@Module({
  providers: [{ provide: APP_FILTER, useClass: ErrorFilter }],
  imports: [
    ClockModule,
    BackgroundModule,
    SecretsModule,
    DatabaseModule,
    MailModule,
    AccessModule,
    OperationsModule,
    HealthModule,
    MetricsModule,
    AccountsModule,
    AccountSettingsModule,
    OrganizationModule,
    DelegationModule,
    AccountViewModule,
    UsersModule,
    PasswordPolicyModule,
    GroupsModule,
    PoliciesModule,
    RolesModule,
    RoleTemplatesModule,
    InstanceProfilesModule,
    FederationModule,
    CertificatesModule,
    SshPublicKeysModule,
    ServiceCredentialsModule,
    PlatformPoliciesModule,
    AccessKeysModule,
    MfaModule,
    RootUserModule,
    SignInModule,
    PagesModule,
    StsModule,
    ResourcePoliciesModule,
    DecisionsModule,
    ServicesModule,
    TagsModule,
    AuditModule,
    SimulatorModule,
    ReportsModule,
    AccessAdvisorModule,
    FindingsModule,
  ],
})
export class AppModule {
  static with(settings: Settings): DynamicModule {
    return { module: AppModule, imports: [ConfigModule.with(settings)] };
  }
}
