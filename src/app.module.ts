import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccessAdvisorModule } from './access-advisor/access-advisor.module.js';
import { AccessKeysModule } from './access-keys/access-keys.module.js';
import { AccessModule } from './access/access.module.js';
import { AccountSettingsModule } from './account-settings/account-settings.module.js';
import { AccountViewModule } from './account-view/account-view.module.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { CertificatesModule } from './certificates/certificates.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import { DecisionsModule } from './decisions/decisions.module.js';
import { DelegationModule } from './delegation/delegation.module.js';
import { FederationModule } from './federation/federation.module.js';
import { GroupsModule } from './groups/groups.module.js';
import { HealthModule } from './health/health.module.js';
import { ErrorFilter } from './http/error.filter.js';
import { MailModule } from './mail/mail.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { MfaModule } from './mfa/mfa.module.js';
import { PasswordPolicyModule } from './password-policy/password-policy.module.js';
import { PlatformPoliciesModule } from './platform-policies/platform-policies.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { OrganizationModule } from './organization/organization.module.js';
import { PoliciesModule } from './policies/policies.module.js';
import { InstanceProfilesModule } from './instance-profiles/instance-profiles.module.js';
import { ReportsModule } from './reports/reports.module.js';
import { ResourcePoliciesModule } from './resource-policies/resource-policies.module.js';
import { RoleTemplatesModule } from './role-templates/role-templates.module.js';
import { RolesModule } from './roles/roles.module.js';
import { RootUserModule } from './root-user/root-user.module.js';
import { SecretsModule } from './secrets/secrets.module.js';
import { FindingsModule } from './security-findings/findings.module.js';
import { ServiceCredentialsModule } from './service-credentials/service-credentials.module.js';
import { ServicesModule } from './services/services.module.js';
import { PagesModule } from './sign-in/page/pages.module.js';
import { SignInModule } from './sign-in/sign-in.module.js';
import { SimulatorModule } from './simulator/simulator.module.js';
import { SshPublicKeysModule } from './ssh-public-keys/ssh-public-keys.module.js';
import { StsModule } from './sts/sts.module.js';
import { TagsModule } from './tags/tags.module.js';
import { UsersModule } from './users/users.module.js';

@Module({
  providers: [{ provide: APP_FILTER, useClass: ErrorFilter }],
  imports: [
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
