import { Injectable } from '@nestjs/common';
import { requiresMfa } from '../../tenancy/account-settings/requires-mfa.js';
import { AccountSettingsService } from '../../tenancy/account-settings/account-settings.service.js';
import { quotas } from '../../kernel/quotas.js';
import type { Transaction } from '../../kernel/database/database.service.js';

/** Whether the root user has a credential: AWS returns 1 or 0. */
const present = (count: number): number => (count > 0 ? 1 : 0);

/** The entity counts and quotas of an account. Source: IAM API reference, GetAccountSummary. */
@Injectable()
export class AccountSummaryService {
  constructor(private readonly settings: AccountSettingsService) {}

  async describe(tx: Transaction, accountId: string): Promise<Record<string, number>> {
    const where = { accountId };
    const ofRoot = { accountId, userId: null };
    const enabledDevices = { accountId, enabledAt: { not: null } };
    const account = await tx.account.findUniqueOrThrow({ where });
    const settings = await this.settings.read(tx, accountId);
    return {
      Users: await tx.identity.count({ where: { accountId, type: 'user' } }),
      UsersQuota: quotas.usersPerAccount,
      Groups: await tx.identity.count({ where: { accountId, type: 'group' } }),
      GroupsQuota: quotas.groupsPerAccount,
      GroupsPerUserQuota: quotas.groupsPerUser,
      Roles: await tx.identity.count({ where: { accountId, type: 'role' } }),
      RolesQuota: quotas.rolesPerAccount,
      InstanceProfiles: await tx.instanceProfile.count({ where }),
      InstanceProfilesQuota: quotas.instanceProfilesPerAccount,
      Providers: (await tx.oidcProvider.count({ where })) + (await tx.samlProvider.count({ where })),
      ServerCertificates: await tx.serverCertificate.count({ where }),
      ServerCertificatesQuota: quotas.serverCertificatesPerAccount,
      SigningCertificatesPerUserQuota: quotas.signingCertificatesPerUser,
      AccessKeysPerUserQuota: quotas.accessKeysPerUser,
      MFADevices: await tx.mfaDevice.count({ where }),
      MFADevicesInUse: await tx.mfaDevice.count({ where: enabledDevices }),
      AccountMFAEnabled: present(await tx.mfaDevice.count({ where: { ...enabledDevices, principalId: accountId } })),
      AccountAccessKeysPresent: present(await tx.accessKey.count({ where: ofRoot })),
      AccountPasswordPresent: present(account.rootPasswordHash === null ? 0 : 1),
      AccountSigningCertificatesPresent: present(await tx.signingCertificate.count({ where: ofRoot })),
      Policies: await tx.managedPolicy.count({ where }),
      PoliciesQuota: quotas.policiesPerAccount,
      PolicyVersionsInUse: await tx.managedPolicyVersion.count({ where }),
      PolicyVersionsInUseQuota: quotas.policyVersionsPerAccount,
      VersionsPerPolicyQuota: quotas.versionsPerPolicy,
      PolicySizeQuota: quotas.managedPolicyCharacters,
      UserPolicySizeQuota: quotas.userInlineCharacters,
      GroupPolicySizeQuota: quotas.groupInlineCharacters,
      RolePolicySizeQuota: quotas.roleInlineCharacters,
      AssumeRolePolicySizeQuota: quotas.trustPolicyCharacters,
      AttachedPoliciesPerUserQuota: quotas.attachedPoliciesPerIdentity,
      AttachedPoliciesPerGroupQuota: quotas.attachedPoliciesPerIdentity,
      AttachedPoliciesPerRoleQuota: quotas.attachedPoliciesPerIdentity,
      // Gatehouse's own.
      MFARequiredForRoot: present(requiresMfa(settings, 'root') ? 1 : 0),
      MFARequiredForUsers: present(requiresMfa(settings, 'users') ? 1 : 0),
      GlobalEndpointTokenVersion: settings.globalEndpointTokenVersion,
    };
  }
}
