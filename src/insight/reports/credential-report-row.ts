import { iamArn, rootArn } from '../../kernel/arn.js';
import { csvField } from '../../kernel/csv.js';
import { isoSeconds } from '../../kernel/iso-time.js';
import { ROOT_USER_NAME } from '../../iam/resources/identity.target.js';

/** Source: IAM User Guide, "Generate credential reports", report format. */
const COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  'access_key_1_active',
  'access_key_1_last_rotated',
  'access_key_1_last_used_date',
  'access_key_1_last_used_region',
  'access_key_1_last_used_service',
  'access_key_2_active',
  'access_key_2_last_rotated',
  'access_key_2_last_used_date',
  'access_key_2_last_used_region',
  'access_key_2_last_used_service',
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
] as const;

/** Without a line break: each row begins with one, and the file ends without. */
export const REPORT_HEADER = COLUMNS.join(',');

export interface ReportedKey {
  readonly isActive: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly lastUsedRegion: string | null;
  readonly lastUsedService: string | null;
}

export interface ReportedCertificate {
  readonly isActive: boolean;
  readonly createdAt: string;
}

/** The values of a user or the root user in the report; times in any form that `Date` parses. */
export interface ReportedCredentials {
  readonly createdAt: Date;
  readonly passwordLastUsedAt: Date | null;
  readonly hasMfa: boolean;
  /** Oldest first. */
  readonly accessKeys: readonly ReportedKey[] | null;
  readonly certificates: readonly ReportedCertificate[] | null;
}

export interface ReportedUser extends ReportedCredentials {
  readonly name: string;
  readonly path: string;
  /** Null without a password. */
  readonly passwordSetAt: Date | null;
}

interface Account {
  readonly accountId: string;
  readonly partition: string;
  /** From the account's password policy; undefined if passwords do not expire. */
  readonly maxPasswordAgeDays: number | undefined;
}

/** @returns a line break and the row */
export function userRow({ accountId, partition, maxPasswordAgeDays }: Account, user: ReportedUser): string {
  const { passwordSetAt } = user;
  const password =
    passwordSetAt === null
      ? ['false', 'N/A', 'N/A', 'N/A']
      : [
          'true',
          lastUse(user.passwordLastUsedAt),
          isoSeconds(passwordSetAt),
          nextRotation(passwordSetAt, maxPasswordAgeDays),
        ];
  return toRow(user.name, iamArn(partition, accountId, 'user', user.path, user.name), user, password);
}

/** The report contains no password facts of the root user. @returns a line break and the row */
export function rootRow(
  { accountId, partition }: Omit<Account, 'maxPasswordAgeDays'>,
  root: ReportedCredentials,
): string {
  const password = ['not_supported', lastUse(root.passwordLastUsedAt), 'not_supported', 'not_supported'];
  return toRow(ROOT_USER_NAME, rootArn(partition, accountId), root, password);
}

function toRow(name: string, arn: string, credentials: ReportedCredentials, password: readonly string[]): string {
  const { createdAt, hasMfa, accessKeys, certificates } = credentials;
  const fields = [
    name,
    arn,
    isoSeconds(createdAt),
    ...password,
    String(hasMfa),
    ...[0, 1].flatMap((index) => keyFields(accessKeys?.[index])),
    ...[0, 1].flatMap((index) => certificateFields(certificates?.[index])),
  ];
  return `\n${fields.map(csvField).join(',')}`;
}

/** For a password that was never used, as in the guide. */
function lastUse(time: Date | null): string {
  return time === null ? 'no_information' : isoSeconds(time);
}

function nextRotation(passwordSetAt: Date, maximumAgeDays: number | undefined): string {
  if (maximumAgeDays === undefined) return 'N/A';
  return isoSeconds(new Date(passwordSetAt.getTime() + maximumAgeDays * 86_400_000));
}

function keyFields(key: ReportedKey | undefined): string[] {
  if (!key) return ['false', 'N/A', 'N/A', 'N/A', 'N/A'];
  const { isActive, createdAt, lastUsedAt, lastUsedRegion, lastUsedService } = key;
  return [
    String(isActive),
    isoSeconds(new Date(createdAt)),
    lastUsedAt === null ? 'N/A' : isoSeconds(new Date(lastUsedAt)),
    lastUsedRegion ?? 'N/A',
    lastUsedService ?? 'N/A',
  ];
}

function certificateFields(certificate: ReportedCertificate | undefined): string[] {
  return certificate ? [String(certificate.isActive), isoSeconds(new Date(certificate.createdAt))] : ['false', 'N/A'];
}
