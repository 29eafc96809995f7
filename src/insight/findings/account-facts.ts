import { rowOf } from '../../iam/resources/identity-rows.js';
import { iamArn, rootArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { TimeSlices } from '../../kernel/time-slices.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Identity } from '../../generated/prisma/client.js';
import { identityArn } from '../../iam/resources/identity.target.js';
import { parseStoredPolicy } from 'gatehouse-policy-engine';
import { grantsOf, type PolicyGrant } from './policy-grants.js';
import { afterAttachment, afterInline, CHUNK, readInChunks } from './read-in-chunks.js';
import { trustFactsOf } from './trust-facts.js';

const MILLISECONDS_OF_DAY = 86_400_000;

/** For all policies in use: about two seconds of work, in slices. */
const MAXIMUM_POLICY_BYTES = 8_000_000;

/** One person with a phone and a laptop has two addresses. */
const CROWD = 4;

/** A customer managed policy, or an inline policy with the identity in which it is embedded. */
export interface AccountPolicy {
  readonly subject: string;
  readonly resource: string;
  readonly name: string;
  readonly grants: ReadonlySet<PolicyGrant>;
  /** For an inline policy. */
  readonly owner?: AccountIdentity;
}

/** Without tags, which no check uses and which can be the greater part of a row. */
export type AccountIdentity = Omit<Identity, 'tags'>;

const withoutTags = { omit: { tags: true } } as const;

/** The input of the checks: each kind of data is read once, when the first check needs it. */
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

  arnOf(identity: AccountIdentity): string {
    return identityArn(identity, this.partition);
  }

  daysSince(time: Date): number {
    return Math.floor((this.now.getTime() - time.getTime()) / MILLISECONDS_OF_DAY);
  }

  account() {
    const { accountId } = this;
    return this.once('account', () => this.tx.account.findUniqueOrThrow({ where: { accountId } }));
  }

  /** The effective `mfaRequired`. */
  settings(): Promise<{ readonly mfaRequired: string }> {
    const { accountId } = this;
    return this.once('settings', async () => {
      const row = await this.tx.accountSettings.findUnique({ where: { accountId }, select: { mfaRequired: true } });
      return row ?? { mfaRequired: 'none' };
    });
  }

  /** With the principals that their trust policies permit. */
  roles() {
    const { tx, accountId, partition } = this;
    return this.once('roles', async () => {
      const rows = await readInChunks<AccountIdentity>((after) =>
        tx.identity.findMany({
          where: { accountId, type: 'role', ...(after ? { nameKey: { gt: after.nameKey } } : {}) },
          orderBy: { nameKey: 'asc' },
          take: CHUNK,
          ...withoutTags,
        }),
      );
      return new TimeSlices().map(rows, (role) => ({
        ...role,
        trust: trustFactsOf(parseStoredPolicy(rowOf('role', role).trustPolicy, 'trust', { partition }), accountId),
      }));
    });
  }

  /** With their users; keys of the root user have none. */
  accessKeys() {
    const { tx, accountId } = this;
    const read = (after: { accessKeyId: string } | undefined) =>
      tx.accessKey.findMany({
        where: { accountId, ...(after ? { accessKeyId: { gt: after.accessKeyId } } : {}) },
        include: { user: withoutTags },
        orderBy: { accessKeyId: 'asc' },
        take: CHUNK,
      });
    return this.once('keys', () => readInChunks<Awaited<ReturnType<typeof read>>[number]>(read));
  }

  loginProfiles() {
    const { tx, accountId } = this;
    const read = (after: { userId: string } | undefined) =>
      tx.loginProfile.findMany({
        where: { accountId, ...(after ? { userId: { gt: after.userId } } : {}) },
        include: { user: withoutTags },
        orderBy: { userId: 'asc' },
        take: CHUNK,
      });
    return this.once('passwords', () => readInChunks<Awaited<ReturnType<typeof read>>[number]>(read));
  }

  /** Unique IDs of the users with an MFA device, and the account ID for the root user. */
  withMfa(): Promise<ReadonlySet<string | null>> {
    const { accountId } = this;
    return this.once('mfa', async () => {
      const rows = await this.tx.mfaDevice.findMany({
        where: { accountId, principalId: { not: null } },
        select: { principalId: true },
      });
      return new Set(rows.map(({ principalId }) => principalId));
    });
  }

  /**
   * The policies of the account, which are the ones that it can change.
   *
   * @throws ApiError LimitExceeded
   */
  policies(): Promise<readonly AccountPolicy[]> {
    return this.once('policies', () => this.readPolicies());
  }

  /** Attachments of a platform-managed policy that grants something, with the identities. */
  async attachmentsOfPlatformPolicies(grant: PolicyGrant) {
    const { tx, accountId } = this;
    const ids = (await this.platformPoliciesInUse()).filter(({ grants }) => grants.has(grant)).map(({ id }) => id);
    const read = (after: { identityId: string; policyArn: string } | undefined) =>
      tx.policyAttachment.findMany({
        where: { accountId, platformPolicyId: { in: ids } },
        include: { identity: withoutTags, platformPolicy: true },
        orderBy: [{ identityId: 'asc' }, { policyArn: 'asc' }],
        take: CHUNK,
        ...afterAttachment(accountId, after),
      });
    return readInChunks<Awaited<ReturnType<typeof read>>[number]>(read);
  }

  /** Each with its default version. */
  private platformPoliciesInUse() {
    const { tx, accountId, partition } = this;
    return this.once('platform policies', async () => {
      const rows = await tx.platformPolicy.findMany({
        where: { attachments: { some: { accountId } } },
        include: { versions: true },
      });
      return new TimeSlices().map(rows, ({ policyId: id, versions, defaultVersionNumber }) => {
        const inForce = versions.find(({ versionNumber }) => versionNumber === defaultVersionNumber)!;
        return { id, grants: grantsOf(parseStoredPolicy(inForce.document, 'identity', { partition })) };
      });
    });
  }

  /**
   * Users who signed in from several addresses and programs within one hour of the last thirty days, with the maximum
   * of any hour.
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
    await this.requireReadable();
    return [...(await this.readManaged()), ...(await this.readInline())];
  }

  /** @throws ApiError LimitExceeded if reading all policies would exceed the time of a request */
  private async requireReadable(): Promise<void> {
    const { tx, accountId } = this;
    const [row] = await tx.$queryRaw<[{ bytes: bigint }]>`
      SELECT (
        SELECT coalesce(sum(octet_length(version.document)), 0)
        FROM managed_policies AS policy
        JOIN managed_policy_versions AS version
          ON version.account_id = policy.account_id AND version.policy_id = policy.policy_id
          AND version.version_number = policy.default_version_number
        WHERE policy.account_id = ${accountId}::bpchar
      ) + (
        SELECT coalesce(sum(octet_length(document)), 0) FROM inline_policies WHERE account_id = ${accountId}::bpchar
      ) AS bytes`;
    if (row.bytes <= MAXIMUM_POLICY_BYTES) return;
    throw new ApiError(
      'LimitExceeded',
      'The policies of the account have ' +
        `${row.bytes} bytes in total. Findings can be computed for at most ${MAXIMUM_POLICY_BYTES}.`,
    );
  }

  private async readManaged(): Promise<AccountPolicy[]> {
    const { tx, accountId, partition } = this;
    const slices = new TimeSlices();
    return readInChunks<AccountPolicy>(async (after) => {
      const rows = await tx.$queryRaw<{ policyId: string; path: string; name: string; document: string }[]>`
        SELECT policy.policy_id AS "policyId", policy.path, policy.name, version.document
        FROM managed_policies AS policy
        JOIN managed_policy_versions AS version
          ON version.account_id = policy.account_id AND version.policy_id = policy.policy_id
          AND version.version_number = policy.default_version_number
        WHERE policy.account_id = ${accountId}::bpchar AND policy.policy_id > ${after?.subject ?? ''}
        ORDER BY policy.policy_id LIMIT ${CHUNK}`;
      return slices.map(rows, ({ policyId, path, name, document }) => ({
        subject: policyId,
        resource: iamArn(partition, accountId, 'policy', path, name),
        name,
        grants: this.grantsOf(document),
      }));
    });
  }

  private async readInline(): Promise<AccountPolicy[]> {
    const { tx, accountId } = this;
    const slices = new TimeSlices();
    return readInChunks<AccountPolicy>(async (after) => {
      const rows = await tx.inlinePolicy.findMany({
        where: { accountId },
        include: { identity: withoutTags },
        orderBy: [{ identityId: 'asc' }, { name: 'asc' }],
        take: CHUNK,
        ...afterInline(accountId, after?.owner && { identityId: after.owner.identityId, name: after.name }),
      });
      return slices.map(rows, ({ name, document, identity }) => ({
        subject: `${identity.identityId}.${name}`,
        resource: this.arnOf(identity),
        name,
        grants: this.grantsOf(document),
        owner: identity,
      }));
    });
  }

  private grantsOf(document: string): ReadonlySet<PolicyGrant> {
    return grantsOf(parseStoredPolicy(document, 'identity', { partition: this.partition }));
  }

  private once<Facts>(name: string, read: () => Promise<Facts>): Promise<Facts> {
    const running = (this.known.get(name) as Promise<Facts> | undefined) ?? read();
    this.known.set(name, running);
    return running;
  }
}
