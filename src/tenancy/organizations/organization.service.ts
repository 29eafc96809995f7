import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access/actions/caller.js';
import { AccountSettingsService } from '../account-settings/account-settings.service.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { OrganizationFeature } from './organization.schema.js';

/**
 * The platform as an organization of AWS Organizations: the management account is its management account, and all other
 * accounts are members directly below its root.
 */
@Injectable()
export class OrganizationService {
  constructor(private readonly settings: AccountSettingsService) {}

  /** `o-…`, always the same for a platform: it is derived from the management account's ID. */
  organizationId(managementAccountId: string): string {
    return `o-${digest('organization', managementAccountId).slice(0, 10)}`;
  }

  /** `o-…/r-…`: the path of the root, to which the paths of accounts append their IDs. */
  rootPath(managementAccountId: string): string {
    return `${this.organizationId(managementAccountId)}/r-${digest('root', managementAccountId).slice(0, 4)}`;
  }

  describe(managementAccountId: string) {
    const [organizationId, rootId] = this.rootPath(managementAccountId).split('/') as [string, string];
    return { organizationId, rootId, managementAccountId };
  }

  /** @param tx in the management account */
  async features(tx: Transaction, managementAccountId: string) {
    const { organizationFeatures } = await this.settings.read(tx, managementAccountId);
    return {
      organizationId: this.organizationId(managementAccountId),
      enabledFeatures: organizationFeatures as OrganizationFeature[],
    };
  }

  /** Enabling an enabled feature, or disabling a disabled one, changes nothing. */
  async setFeature(tx: Transaction, managementAccountId: string, feature: OrganizationFeature, isEnabled: boolean) {
    const { enabledFeatures } = await this.features(tx, managementAccountId);
    const others = enabledFeatures.filter((other) => other !== feature);
    const organizationFeatures = (isEnabled ? [...others, feature] : others).sort();
    await this.settings.change(tx, managementAccountId, { organizationFeatures });
    return this.features(tx, managementAccountId);
  }
}

/** @throws ApiError with one of AWS's codes */
export function requireManagement(
  { isManagement }: Caller,
  code: 'CallerIsNotManagementAccountException' | 'AccountNotManagementOrDelegatedAdministratorException',
): void {
  if (isManagement) return;
  throw new ApiError(code, 'The account that makes the request is not the management account of the organization.');
}

/** Lowercase letters and digits, as in AWS's IDs. */
function digest(purpose: string, accountId: string): string {
  const hash = createHash('sha256').update(`gatehouse ${purpose} ${accountId}`).digest('hex');
  return BigInt(`0x${hash}`).toString(36);
}
