import { iamArn, rootArn } from '../common/arn.js';
import type { Transaction } from '../database/database.service.js';
import type { Identity } from '../generated/prisma/client.js';
import { identityArn } from '../identities/identity.target.js';
import { parseStoredPolicy, type PolicyDocument } from '../policy-engine/index.js';

const MILLISECONDS_OF_DAY = 86_400_000;

/** One person with a telephone and a laptop has two addresses. */
const CROWD = 4;

/** A customer managed policy, or an inline policy with the identity that it is embedded in. */
export interface AccountPolicy {
  readonly subject: string;
  readonly resource: string;
  readonly name: string;
  readonly document: PolicyDocument;
  /** Of an inline policy. */
  readonly owner?: Identity;
}

/** What the checks look at: each kind of thing is read once, when the first check asks for it. */
export class AccountFacts {
  private readonly known = new Map<string, unknown>();

  constructor(
    readonly tx: Transaction,
    readonly accountId: string,
    readonly partition: string,
    readonly now: Date,
  ) {}

  get rootArn(): string {
    return rootArn(this.partition, this.accountId);
  }

  arnOf(identity: Identity): string {
    return identityArn(identity, this.partition);
  }

  daysSince(time: Date): number {
    return Math.floor((this.now.getTime() - time.getTime()) / MILLISECONDS_OF_DAY);
  }

  account() {
    const { accountId } = this;
    return this.once('account', () => this.tx.account.findUniqueOrThrow({ where: { accountId } }));
  }

  /** `mfaRequired` as it is in force. */
  settings(): Promise<{ readonly mfaRequired: string }> {
    const { accountId } = this;
    return this.once('settings', async () => {
      const row = await this.tx.accountSettings.findUnique({ where: { accountId }, select: { mfaRequired: true } });
      return row ?? { mfaRequired: 'none' };
    });
  }

  identities(type: 'user' | 'group' | 'role') {
    const { accountId } = this;
    return this.once(type, () =>
      this.tx.identity.findMany({ where: { accountId, type }, orderBy: { nameKey: 'asc' } }),
    );
  }

  /** With their users; without one, the root user's. */
  accessKeys() {
    const { accountId } = this;
    return this.once('keys', () => this.tx.accessKey.findMany({ where: { accountId }, include: { user: true } }));
  }

  loginProfiles() {
    const { accountId } = this;
    return this.once('passwords', () =>
      this.tx.loginProfile.findMany({ where: { accountId }, include: { user: true } }),
    );
  }

  /** Unique ids of the users, and the account id for the root user, with an MFA device. */
  withMfa(): Promise<ReadonlySet<string | null>> {
    const { accountId } = this;
    return this.once('mfa', async () => {
      const rows = await this.tx.mfaDevice.findMany({ where: { accountId, principalId: { not: null } } });
      return new Set(rows.map(({ principalId }) => principalId));
    });
  }

  /** The account's own: what it cannot change, it cannot better. */
  policies(): Promise<readonly AccountPolicy[]> {
    return this.once('policies', () => this.readPolicies());
  }

  /** Each as it is in force, with whom it is attached to. */
  attachedPlatformPolicies() {
    const { tx, accountId, partition } = this;
    return this.once('platform policies', async () => {
      const attached = await tx.policyAttachment.findMany({
        where: { accountId, platformPolicyId: { not: null } },
        include: { identity: true, platformPolicy: { include: { versions: true } } },
      });
      return attached.map(({ identity, policyArn, platformPolicy }) => {
        const { name: policyName, versions, defaultVersionNumber } = platformPolicy!;
        const inForce = versions.find(({ versionNumber }) => versionNumber === defaultVersionNumber)!;
        return {
          identity,
          policyArn,
          policyName,
          document: parseStoredPolicy(inForce.document, 'identity', { partition }),
        };
      });
    });
  }

  /**
   * Users who signed in from several addresses and programs within one hour of the last thirty days, with the most that
   * any hour saw.
   */
  crowdedSignIns(): Promise<ReadonlyMap<string, { readonly addresses: number; readonly programs: number }>> {
    const { tx, accountId, now } = this;
    return this.once('sign-ins', async () => {
      const since = new Date(now.getTime() - 30 * MILLISECONDS_OF_DAY);
      const rows = await tx.$queryRaw<{ callerId: string; addresses: number; programs: number }[]>`
        SELECT caller_id AS "callerId", max(addresses)::int AS addresses, max(programs)::int AS programs
        FROM (
          SELECT caller_id, count(DISTINCT source_ip) AS addresses, count(DISTINCT user_agent) AS programs
          FROM audit_events
          WHERE account_id = ${accountId}::bpchar AND event_time >= ${since}
            AND operation LIKE 'gatehouse:SignIn%' AND outcome = 'allowed'
          GROUP BY caller_id, date_trunc('hour', event_time)
        ) AS hours
        WHERE addresses >= ${CROWD} AND programs > 1
        GROUP BY caller_id`;
      return new Map(rows.map(({ callerId, ...most }) => [callerId, most]));
    });
  }

  private async readPolicies(): Promise<AccountPolicy[]> {
    const { tx, accountId, partition } = this;
    const where = { accountId };
    const managed = await tx.managedPolicy.findMany({
      where,
      include: { versions: true },
      orderBy: { nameKey: 'asc' },
    });
    const inline = await tx.inlinePolicy.findMany({ where, include: { identity: true }, orderBy: { name: 'asc' } });
    const parse = (text: string) => parseStoredPolicy(text, 'identity', { partition });
    return [
      ...managed.map(({ policyId, path, name, versions, defaultVersionNumber }) => ({
        subject: policyId,
        resource: iamArn(partition, accountId, 'policy', path, name),
        name,
        document: parse(versions.find(({ versionNumber }) => versionNumber === defaultVersionNumber)!.document),
      })),
      ...inline.map(({ name, document, identity }) => ({
        subject: `${identity.identityId}.${name}`,
        resource: this.arnOf(identity),
        name,
        document: parse(document),
        owner: identity,
      })),
    ];
  }

  private once<Facts>(name: string, read: () => Promise<Facts>): Promise<Facts> {
    const running = (this.known.get(name) as Promise<Facts> | undefined) ?? read();
    this.known.set(name, running);
    return running;
  }
}
