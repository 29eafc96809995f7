import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { quotaNames } from '../quotas.js';

const wholeNumber = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);

/** An environment variable that is set but empty counts as absent, as in most shells' `VAR= command`. */
const environmentSchema = z.object({
  PORT: wholeNumber(0, 65535).default(3000).describe('a TCP port, 0 to 65535 (0 picks a free one)'),
  HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, hostname: /.*/ })
    .optional()
    .describe('postgresql://user:password@host:5432/database'),
  DATABASE_REPLICA_URL: z
    .url({ protocol: /^postgres(ql)?$/, hostname: /.*/ })
    .optional()
    .describe('postgresql://user:password@host:5432/database of a standby of the DATABASE_URL'),
  GATEHOUSE_DATA_DIR: z.string().default('./data').describe('a folder this process may write to'),
  GATEHOUSE_MASTER_KEY: z
    .string()
    .refine((text) => Buffer.from(text, 'base64').length === 32)
    .optional()
    .describe('32 random bytes in base64, e.g. from: openssl rand -base64 32'),
  GATEHOUSE_PREVIOUS_MASTER_KEYS: z
    .string()
    .transform((text) => text.split(',').map((key) => Buffer.from(key, 'base64')))
    .refine((keys) => keys.every(({ length }) => length === 32))
    .default([])
    .describe('master keys in base64, separated by commas'),
  GATEHOUSE_ROOT_EMAIL: z.string().min(3).max(254).regex(/@/).default('root@localhost').describe('an email address'),
  GATEHOUSE_ROOT_PASSWORD: z.string().min(8).max(128).optional().describe('8 to 128 characters'),
  GATEHOUSE_SIGN_UP: z.enum(['open', 'closed']).optional().describe('"open" or "closed"'),
  GATEHOUSE_EMAIL_CONFIRMATION: z.enum(['required', 'off']).optional().describe('"required" or "off"'),
  GATEHOUSE_SIGN_UPS_PER_ADDRESS: wholeNumber(1, 1_000_000).default(20).describe('1 to 1000000'),
  GATEHOUSE_PARTITION: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/)
    .default('aws')
    .describe('lower-case letters, digits and hyphens, e.g. aws'),
  GATEHOUSE_PUBLIC_URL: z
    .url({ protocol: /^https?$/, hostname: /.*/ })
    .optional()
    .describe('the http(s) URL clients use, e.g. https://iam.example.com'),
  GATEHOUSE_TRUST_PROXY: z
    .string()
    .optional()
    .describe('addresses or networks of reverse proxies whose X-Forwarded-For header is trusted, e.g. 10.0.0.0/8'),
  GATEHOUSE_PROVIDER_NETWORKS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((part) => part.trim()))
    .transform((parts) => parts.filter((part) => part !== ''))
    .refine((parts) => parts.every((part) => ipaddr.isValidCIDR(part)))
    .describe('networks like 10.1.0.0/16, separated by commas'),
  GATEHOUSE_USER_VERIFICATION: z
    .enum(['discouraged', 'preferred', 'required'])
    .default('preferred')
    .describe('"discouraged", "preferred" or "required"'),
  GATEHOUSE_QUOTAS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((part) => part.trim() !== ''))
    .pipe(
      z.array(
        z
          .string()
          .trim()
          .regex(/^\w+=\d{1,9}$/)
          .refine((part) => quotaNames.includes(part.split('=')[0]!)),
      ),
    )
    .transform((parts) => new Map(parts.map((part) => [part.split('=')[0]!, Number(part.split('=')[1])])))
    .describe(`pairs like UsersPerAccount=10000, separated by commas, of: ${quotaNames.join(', ')}`),
  WORKERS: wholeNumber(1, 128).default(1).describe('processes, 1 to 128'),
  GATEHOUSE_DATABASE_POOL_SIZE: wholeNumber(2, 1000).default(10).describe('connections, 2 to 1000'),
  GATEHOUSE_REQUESTS_AT_ONCE: wholeNumber(10, 100_000).default(500).describe('10 to 100000'),
  GATEHOUSE_ACCESS_TOKEN_SECONDS: wholeNumber(60, 3600).default(900).describe('60 to 3600'),
  GATEHOUSE_SESSION_SECONDS: wholeNumber(900, 604800).default(43200).describe('900 to 604800'),
  GATEHOUSE_SESSION_IDLE_SECONDS: wholeNumber(60, 604800).default(3600).describe('60 to 604800'),
  GATEHOUSE_STEP_UP_SECONDS: wholeNumber(60, 3600).default(600).describe('60 to 3600'),
  GATEHOUSE_SMTP_URL: z
    .url({ protocol: /^smtps?$/, hostname: /.*/ })
    .optional()
    .describe('smtp(s)://user:password@host:587'),
  GATEHOUSE_MAIL_FROM: z.string().min(3).max(254).default('Gatehouse <gatehouse@localhost>').describe('a sender'),
  GATEHOUSE_SIGNING_KEY_DAYS: wholeNumber(1, 365).default(30).describe('1 to 365'),
  GATEHOUSE_ARGON2_MEMORY_KIB: wholeNumber(7168, 1_048_576).default(19_456).describe('KiB, 7168 to 1048576'),
  GATEHOUSE_ARGON2_PASSES: wholeNumber(1, 20).default(2).describe('1 to 20'),
  GATEHOUSE_ARGON2_LANES: wholeNumber(1, 16).default(1).describe('1 to 16'),
  GATEHOUSE_SIGN_INS_AT_ONCE: wholeNumber(1, 1000)
    .default(Math.max(1, availableParallelism() - 1))
    .describe('1 to 1000'),
  GATEHOUSE_PRINCIPAL_CACHE_SIZE: wholeNumber(100, 10_000_000).default(20_000).describe('entries, 100 or more'),
  GATEHOUSE_CACHE_MEGABYTES: wholeNumber(8, 1_048_576).default(128).describe('megabytes, 8 or more'),
  GATEHOUSE_LAST_USED_SECONDS: wholeNumber(1, 300).default(2).describe('1 to 300'),
  GATEHOUSE_STALE_SECONDS: wholeNumber(0, 86_400).default(300).describe('0 to 86400'),
  GATEHOUSE_ACCOUNT_GRACE_DAYS: wholeNumber(0, 3650).default(90).describe('days, 0 to 3650'),
  GATEHOUSE_AUDIT_READS: z.enum(['on', 'off']).default('off').describe('"on" or "off"'),
  GATEHOUSE_AUDIT_RETENTION_MONTHS: wholeNumber(0, 1200).default(0).describe('months, 0 (all) to 1200'),
  GATEHOUSE_METRICS: z.enum(['on', 'off']).default('on').describe('"on" or "off"'),
  GATEHOUSE_METRICS_TOKEN: z.string().min(16).max(256).optional().describe('16 to 256 characters'),
  GATEHOUSE_DOCS: z.enum(['on', 'off']).default('on').describe('"on" or "off"'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('a pino level'),
});

/** A variable that holds something else than it should. The message names each one and what it expects. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** The environment as typed settings; one instance, made at boot. */
export class Settings {
  readonly port: number;
  readonly host: string;
  /** Absent: the embedded PostgreSQL under `dataDirectory`. */
  readonly databaseUrl: string | undefined;
  /** A standby of it, for cold loads. */
  readonly databaseReplicaUrl: string | undefined;
  /** Absolute path. */
  readonly dataDirectory: string;
  /** 32 bytes; absent: generated into the data directory. */
  readonly masterKey: Buffer | undefined;
  /** 32 bytes each. What they sealed still opens. */
  readonly previousMasterKeys: readonly Buffer[];
  readonly rootEmail: string;
  readonly rootPassword: string | undefined;
  readonly signUp: 'open' | 'closed';
  /** Email addresses of root users take effect when the link that is mailed there is used. */
  readonly confirmsEmails: boolean;
  /** Accounts that strangers may ask for from one address without a delay. */
  readonly signUpsPerAddress: number;
  readonly partition: string;
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly trustProxy: string | undefined;
  /** Networks besides the public internet in which identity providers may lie, as `10.1.0.0/16`. */
  readonly providerNetworks: readonly string[];
  /** Whether security keys must verify their user by PIN or finger. */
  readonly userVerification: 'discouraged' | 'preferred' | 'required';
  /** Server processes that listen on the port. */
  readonly workers: number;
  /** Quotas that differ from AWS's, by their names in `quotaNames`. */
  readonly quotas: ReadonlyMap<string, number>;
  readonly databasePoolSize: number;
  /** Requests that are worked on at the same time; more are refused at once. */
  readonly requestsAtOnce: number;
  readonly accessTokenSeconds: number;
  /** Absolute lifetime of a sign-in session. */
  readonly sessionSeconds: number;
  /** A session that was not used or refreshed for so long is over. */
  readonly sessionIdleSeconds: number;
  /** Changes of one's own credentials need a proof of password and MFA that is at most this old. */
  readonly stepUpSeconds: number;
  /** Absent: mails become files in the data directory. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** After so many days a new key signs access tokens. */
  readonly signingKeyDays: number;
  /** Cost of a password hash. Default: the first of OWASP's Password Storage Cheat Sheet for argon2id. */
  readonly argon2: { readonly memoryKibibytes: number; readonly passes: number; readonly lanes: number };
  /** Passwords whose sign-in is worked on at the same time; the others wait in turn. */
  readonly signInsAtOnce: number;
  /** How many principals' compiled policies are kept in memory. */
  readonly principalCacheSize: number;
  /** How much memory each cache of policies may take, as far as can be told. */
  readonly cacheMegabytes: number;
  /** How long warm principals are answered from what was last known while the database is down. */
  readonly staleSeconds: number;
  /** How often facts of last use are written: what a crash may lose. */
  readonly lastUsedSeconds: number;
  /** How long a closed account can be reactivated; then it is purged. AWS: 90 days. */
  readonly accountGraceDays: number;
  /** Calls that only read leave audit events too. */
  readonly auditReads: boolean;
  /** Whole months of the audit log that are kept besides the present one; 0: all. */
  readonly auditRetentionMonths: number;
  /** `GET /metrics` answers. */
  readonly metrics: boolean;
  /** Bearer token of scrapers; absent: only this machine itself may read the metrics. */
  readonly metricsToken: string | undefined;
  /** The API page is at `/docs`. */
  readonly docs: boolean;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

  private constructor(values: z.infer<typeof environmentSchema>) {
    this.port = values.PORT;
    this.host = values.HOST;
    this.databaseUrl = values.DATABASE_URL;
    this.databaseReplicaUrl = values.DATABASE_REPLICA_URL;
    this.dataDirectory = resolve(values.GATEHOUSE_DATA_DIR);
    this.masterKey = values.GATEHOUSE_MASTER_KEY ? Buffer.from(values.GATEHOUSE_MASTER_KEY, 'base64') : undefined;
    this.previousMasterKeys = values.GATEHOUSE_PREVIOUS_MASTER_KEYS;
    this.rootEmail = values.GATEHOUSE_ROOT_EMAIL;
    this.rootPassword = values.GATEHOUSE_ROOT_PASSWORD;
    this.signUp = values.GATEHOUSE_SIGN_UP ?? (values.DATABASE_URL ? 'closed' : 'open');
    this.confirmsEmails =
      (values.GATEHOUSE_EMAIL_CONFIRMATION ?? (values.GATEHOUSE_SMTP_URL ? 'required' : 'off')) === 'required';
    this.signUpsPerAddress = values.GATEHOUSE_SIGN_UPS_PER_ADDRESS;
    this.partition = values.GATEHOUSE_PARTITION;
    const shownHost = this.host === '0.0.0.0' || this.host === '::' ? 'localhost' : this.host;
    const bracketed = shownHost.includes(':') ? `[${shownHost}]` : shownHost;
    this.publicUrl = (values.GATEHOUSE_PUBLIC_URL ?? `http://${bracketed}:${this.port}`).replace(/\/+$/, '');
    this.trustProxy = values.GATEHOUSE_TRUST_PROXY;
    this.providerNetworks = values.GATEHOUSE_PROVIDER_NETWORKS;
    this.userVerification = values.GATEHOUSE_USER_VERIFICATION;
    this.quotas = values.GATEHOUSE_QUOTAS;
    this.workers = values.WORKERS;
    this.databasePoolSize = values.GATEHOUSE_DATABASE_POOL_SIZE;
    this.requestsAtOnce = values.GATEHOUSE_REQUESTS_AT_ONCE;
    this.accessTokenSeconds = values.GATEHOUSE_ACCESS_TOKEN_SECONDS;
    this.sessionSeconds = values.GATEHOUSE_SESSION_SECONDS;
    this.sessionIdleSeconds = values.GATEHOUSE_SESSION_IDLE_SECONDS;
    this.stepUpSeconds = values.GATEHOUSE_STEP_UP_SECONDS;
    this.smtpUrl = values.GATEHOUSE_SMTP_URL;
    this.mailFrom = values.GATEHOUSE_MAIL_FROM;
    this.signingKeyDays = values.GATEHOUSE_SIGNING_KEY_DAYS;
    this.argon2 = {
      memoryKibibytes: values.GATEHOUSE_ARGON2_MEMORY_KIB,
      passes: values.GATEHOUSE_ARGON2_PASSES,
      lanes: values.GATEHOUSE_ARGON2_LANES,
    };
    this.signInsAtOnce = values.GATEHOUSE_SIGN_INS_AT_ONCE;
    this.principalCacheSize = values.GATEHOUSE_PRINCIPAL_CACHE_SIZE;
    this.cacheMegabytes = values.GATEHOUSE_CACHE_MEGABYTES;
    this.staleSeconds = values.GATEHOUSE_STALE_SECONDS;
    this.lastUsedSeconds = values.GATEHOUSE_LAST_USED_SECONDS;
    this.accountGraceDays = values.GATEHOUSE_ACCOUNT_GRACE_DAYS;
    this.auditReads = values.GATEHOUSE_AUDIT_READS === 'on';
    this.auditRetentionMonths = values.GATEHOUSE_AUDIT_RETENTION_MONTHS;
    this.metrics = values.GATEHOUSE_METRICS === 'on';
    this.metricsToken = values.GATEHOUSE_METRICS_TOKEN;
    this.docs = values.GATEHOUSE_DOCS === 'on';
    this.logLevel = values.LOG_LEVEL;
  }

  /**
   * @param environment usually `process.env`
   * @throws SettingsError naming every variable that is wrong and what it expects; an unknown GATEHOUSE_ variable
   *   is wrong too, because a misspelt security setting must not be silently ignored
   */
  static fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Settings {
    const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
    const complaints = Object.keys(present)
      .filter((name) => name.startsWith('GATEHOUSE_') && !(name in environmentSchema.shape))
      .map((name) => `${name} is not a setting of Gatehouse`);
    const parsed = environmentSchema.safeParse(present);
    for (const issue of parsed.error?.issues ?? []) {
      const name = String(issue.path[0]) as keyof typeof environmentSchema.shape;
      // The value itself is not repeated: it may be a secret.
      complaints.push(`${name} is not valid: expected ${environmentSchema.shape[name].description}`);
    }
    if (present['DATABASE_REPLICA_URL'] !== undefined && present['DATABASE_URL'] === undefined) {
      complaints.push('DATABASE_REPLICA_URL is not valid: it requires DATABASE_URL, the primary of the standby');
    }
    if (complaints.length > 0 || !parsed.data) throw new SettingsError([...new Set(complaints)].join('\n'));
    return new Settings(parsed.data);
  }
}
