import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { lockSharedWork } from '../../kernel/database/row-locks.js';
import { Clock } from '../../kernel/clock/clock.js';
import { Database, type Transaction } from '../../kernel/database/database.service.js';
import { PolicyEpochs } from '../../kernel/database/policy-epochs.js';
import type { PlatformPolicy } from '../../generated/prisma/client.js';
import { readShippedPolicies, type ShippedPolicy } from './shipped-policies.js';

interface NewVersion {
  readonly document: string;
  readonly description: string;
  /** Null for versions of the operator. */
  readonly shippedRevision: number | null;
}

/** The versions of platform-managed policies: built-in ones are imported at startup. */
@Injectable()
export class PlatformPolicyVersions implements OnApplicationBootstrap {
  private readonly shipped = readShippedPolicies();

  constructor(
    private readonly database: Database,
    private readonly epochs: PolicyEpochs,
    private readonly clock: Clock,
  ) {}

  /**
   * Imports newer built-in policies of this release. Policies that the operator has changed are kept; replicas of an
   * older release do not revert anything.
   */
  async onApplicationBootstrap(): Promise<void> {
    await this.database.forPlatform(async (tx) => {
      await lockSharedWork(tx, 'platform policies');
      const stored = new Map((await tx.platformPolicy.findMany()).map((policy) => [policy.nameKey, policy]));
      const newer = this.shipped.filter((shipped) => isNewer(shipped, stored.get(shipped.name.toLowerCase())));
      for (const shipped of newer) await this.bringIn(tx, shipped, stored.get(shipped.name.toLowerCase()));
      if (newer.length > 0) await this.epochs.advancePlatform(tx);
    });
  }

  /** Adds a version and makes it the default. */
  async add(tx: Transaction, policy: PlatformPolicy, { document, ...facts }: NewVersion): Promise<void> {
    const { policyId } = policy;
    const versionNumber = policy.defaultVersionNumber + 1;
    await tx.platformPolicyVersion.create({ data: { policyId, versionNumber, document } });
    await tx.platformPolicy.update({
      where: { policyId },
      data: { ...facts, defaultVersionNumber: versionNumber, updatedAt: this.clock.now() },
    });
  }

  /** @returns false if there is no built-in policy with this name */
  async restoreShipped(tx: Transaction, policy: PlatformPolicy): Promise<boolean> {
    const shipped = this.shipped.find(({ name, path }) => name === policy.name && path === policy.path);
    if (shipped) await this.bringIn(tx, shipped, policy);
    return shipped !== undefined;
  }

  private async bringIn(
    tx: Transaction,
    { policyId, name, path, description, revision: shippedRevision, document }: ShippedPolicy,
    stored: PlatformPolicy | undefined,
  ): Promise<void> {
    if (stored) return this.add(tx, stored, { document, description, shippedRevision });
    const versions = { create: { versionNumber: 1, document } };
    const nameKey = name.toLowerCase();
    await tx.platformPolicy.create({
      data: { policyId, name, nameKey, path, description, shippedRevision, versions },
    });
  }
}

function isNewer({ revision }: ShippedPolicy, stored: PlatformPolicy | undefined): boolean {
  return !stored || (stored.shippedRevision !== null && stored.shippedRevision < revision);
}
