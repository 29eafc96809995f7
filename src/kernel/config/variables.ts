import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { masterKey, masterKeys, networks, onOrOff, postgresUrl, quotas, wholeNumber } from './setting-types.js';

/** An environment variable, and the member of `Settings` that has its value. */
interface Variable {
  readonly member: string;
  /** Its type and default; its description says what it expects. */
  readonly type: z.ZodType;
  readonly meaning: string;
  /** The default as the documentation shows it, when it is not the value itself. */
  readonly shownDefault?: string;
}

/**
 * All settings, each declared once: `Settings` and its members are derived from them, and so is the table of docs/operating.md
 * (`npm run settings-table`).
 */
export const variables = {
  PORT: {
    member: 'port',
    type: wholeNumber(0, 65535, 3000).describe('a TCP port, 0 to 65535 (0 picks a free one)'),
    meaning: 'the port it listens on; 0 picks a free one',
  },
  HOST: {
    member: 'host',
    type: z.string().default('127.0.0.1').describe('the address to listen on'),
    meaning: 'the address it listens on',
  },
  DATABASE_URL: {
    member: 'databaseUrl',
    type: postgresUrl(),
    meaning: 'an external PostgreSQL, 14 or later',
    shownDefault: 'embedded, under the data directory',
  },
  DATABASE_REPLICA_URL: {
    member: 'databaseReplicaUrl',
    type: postgresUrl(' of a standby of the DATABASE_URL'),
    meaning: 'a standby of it, read for what is not in memory: see [scale](scale.md)',
  },
  GATEHOUSE_DATA_DIR: {
    member: 'dataDirectory',
    type: z
      .string()
      .default('./data')
      .transform((path) => resolve(path))
      .describe('a folder this process may write to'),
    meaning: 'embedded database and generated secrets',
    shownDefault: '`./data`',
  },
  GATEHOUSE_MASTER_KEY: {
    member: 'masterKey',
    type: masterKey,
    meaning: '32 bytes in base64: encrypts secrets at rest',
    shownDefault: 'generated into the data directory, mode 0600',
  },
  GATEHOUSE_PREVIOUS_MASTER_KEYS: {
    member: 'previousMasterKeys',
    type: masterKeys,
    meaning: 'further master keys, separated by commas, that only open: see below',
    shownDefault: 'none',
  },
  GATEHOUSE_ROOT_EMAIL: {
    member: 'rootEmail',
    type: z.string().min(3).max(254).regex(/@/).default('root@localhost').describe('an email address'),
    meaning: "email address of the management account's root user, at first start",
  },
  GATEHOUSE_ROOT_PASSWORD: {
    member: 'rootPassword',
    type: z.string().min(8).max(128).optional().describe('8 to 128 characters'),
    meaning: "password of the management account's root user, at first start; as of any root user",
    shownDefault: 'generated and printed once',
  },
  GATEHOUSE_SIGN_UP: {
    member: 'signUp',
    type: z.enum(['open', 'closed']).optional().describe('"open" or "closed"'),
    meaning: '`open`: anyone may create an account; `closed`: only the management account',
    shownDefault: 'open on the embedded database, else closed',
  },
  GATEHOUSE_EMAIL_CONFIRMATION: {
    member: 'confirmsEmails',
    type: z
      .enum(['required', 'off'])
      .transform((value) => value === 'required')
      .optional()
      .describe('"required" or "off"'),
    meaning:
      "`required`: root users' addresses take effect when confirmed; `off`: at once. See [accounts](accounts.md)",
    shownDefault: 'required with GATEHOUSE_SMTP_URL, or off',
  },
  GATEHOUSE_SIGN_UPS_PER_ADDRESS: {
    member: 'signUpsPerAddress',
    type: wholeNumber(1, 1_000_000, 20),
    meaning: 'accounts that strangers may ask for from one address before they are made to wait',
  },
  GATEHOUSE_PARTITION: {
    member: 'partition',
    type: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,31}$/)
      .default('aws')
      .describe('lower-case letters, digits and hyphens, e.g. aws'),
    meaning: 'the ARN partition',
  },
  GATEHOUSE_PUBLIC_URL: {
    member: 'publicUrl',
    type: z
      .url({ protocol: /^https?$/, hostname: /.*/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional()
      .describe('the http(s) URL clients use, e.g. https://iam.example.com'),
    meaning: 'the URL that clients use: issuer and audience of access tokens',
    shownDefault: 'from HOST and PORT',
  },
  GATEHOUSE_TRUST_PROXY: {
    member: 'trustProxy',
    type: z
      .string()
      .optional()
      .describe('addresses or networks of the reverse proxies whose X-Forwarded-For is believed, e.g. 10.0.0.0/8'),
    meaning: 'reverse proxies whose `X-Forwarded-For` is believed',
  },
  GATEHOUSE_PROVIDER_NETWORKS: {
    member: 'providerNetworks',
    type: networks,
    meaning:
      "networks besides the public internet in which tenants' OpenID Connect providers may lie, as `10.1.0.0/16,fd00::/64`",
    shownDefault: 'none',
  },
  GATEHOUSE_USER_VERIFICATION: {
    member: 'userVerification',
    type: z
      .enum(['discouraged', 'preferred', 'required'])
      .default('preferred')
      .describe('"discouraged", "preferred" or "required"'),
    meaning: 'whether security keys must verify their user by PIN or finger',
  },
  GATEHOUSE_QUOTAS: {
    member: 'quotas',
    type: quotas,
    meaning:
      "quotas that differ from AWS's: `UsersPerAccount=10000,GroupsPerAccount=500`; ours are `SessionsPerPrincipal` (500), `ExportsPerAccount` (3 at a time), `ServiceAccessReportsPerAccount` (1,000), `Services` (500) and `ActionsOfServices` (10,000 of all together)",
    shownDefault: "AWS's",
  },
  WORKERS: {
    member: 'workers',
    type: wholeNumber(1, 128, 1, 'processes, '),
    meaning: 'server processes that listen on the port: see [scale](scale.md)',
  },
  GATEHOUSE_DATABASE_POOL_SIZE: {
    member: 'databasePoolSize',
    type: wholeNumber(2, 1000, 10, 'connections, '),
    meaning: 'database connections of one process',
  },
  GATEHOUSE_REQUESTS_AT_ONCE: {
    member: 'requestsAtOnce',
    type: wholeNumber(10, 100_000, 500),
    meaning: 'requests worked on at once; more get 503: see [faults](faults.md)',
  },
  GATEHOUSE_ACCESS_TOKEN_SECONDS: {
    member: 'accessTokenSeconds',
    type: wholeNumber(60, 3600, 900),
    meaning: 'lifetime of an access token',
  },
  GATEHOUSE_SESSION_SECONDS: {
    member: 'sessionSeconds',
    type: wholeNumber(900, 604_800, 43_200),
    meaning: 'lifetime of a sign-in session',
  },
  GATEHOUSE_STEP_UP_SECONDS: {
    member: 'stepUpSeconds',
    type: wholeNumber(60, 3600, 600),
    meaning: "how old a proof of password and MFA may be when a session changes its owner's own credentials",
  },
  GATEHOUSE_SESSION_IDLE_SECONDS: {
    member: 'sessionIdleSeconds',
    type: wholeNumber(60, 604_800, 3600),
    meaning: 'a session that was not used or refreshed for so long is over',
  },
  GATEHOUSE_SIGNING_KEY_DAYS: {
    member: 'signingKeyDays',
    type: wholeNumber(1, 365, 30),
    meaning: 'days until a new key signs access tokens',
  },
  GATEHOUSE_SMTP_URL: {
    member: 'smtpUrl',
    type: z
      .url({ protocol: /^smtps?$/, hostname: /.*/ })
      .optional()
      .describe('smtp(s)://user:password@host:587'),
    meaning: 'mail server, as `smtp://user:password@host:587`',
    shownDefault: 'none: mails are files in `<data>/mail`',
  },
  GATEHOUSE_MAIL_FROM: {
    member: 'mailFrom',
    type: z.string().min(3).max(254).default('Gatehouse <gatehouse@localhost>').describe('a sender'),
    meaning: 'sender of mails',
  },
  GATEHOUSE_ARGON2_MEMORY_KIB: {
    member: 'argon2MemoryKibibytes',
    // With 2 passes and 1 lane the first choice of OWASP's Password Storage Cheat Sheet for argon2id.
    type: wholeNumber(7168, 1_048_576, 19_456, 'KiB, '),
    meaning: 'memory of a password hash, in KiB',
  },
  GATEHOUSE_ARGON2_PASSES: {
    member: 'argon2Passes',
    type: wholeNumber(1, 20, 2),
    meaning: 'passes of a password hash',
  },
  GATEHOUSE_ARGON2_LANES: {
    member: 'argon2Lanes',
    type: wholeNumber(1, 16, 1),
    meaning: 'lanes of a password hash',
  },
  GATEHOUSE_SIGN_INS_AT_ONCE: {
    member: 'signInsAtOnce',
    type: wholeNumber(1, 1000, Math.max(1, availableParallelism() - 1)),
    meaning: 'sign-ins with a password that are worked on at once; others wait in turn',
    shownDefault: 'processors less one',
  },
  GATEHOUSE_PRINCIPAL_CACHE_SIZE: {
    member: 'principalCacheSize',
    type: wholeNumber(100, 10_000_000, 20_000).describe('entries, 100 or more'),
    meaning: 'principals kept in memory with their compiled policies',
  },
  GATEHOUSE_CACHE_MEGABYTES: {
    member: 'cacheMegabytes',
    type: wholeNumber(8, 1_048_576, 128).describe('megabytes, 8 or more'),
    meaning: 'approximate memory limit of each policy cache, in addition to the limit of entries',
  },
  GATEHOUSE_STALE_SECONDS: {
    member: 'staleSeconds',
    type: wholeNumber(0, 86_400, 300),
    meaning: 'how long cached principals are served while the database is unavailable',
  },
  GATEHOUSE_LAST_USED_SECONDS: {
    member: 'lastUsedSeconds',
    type: wholeNumber(1, 300, 2),
    meaning: 'how often facts of last use are written: what a crash may lose',
  },
  GATEHOUSE_AUDIT_READS: {
    member: 'auditReads',
    type: onOrOff('off'),
    meaning: '`on`: calls that only read leave audit events too',
  },
  GATEHOUSE_AUDIT_RETENTION_MONTHS: {
    member: 'auditRetentionMonths',
    type: wholeNumber(0, 1200, 0).describe('months, 0 (all) to 1200'),
    meaning: 'whole months of the audit log kept besides the present one; 0: all',
  },
  GATEHOUSE_ACCOUNT_GRACE_DAYS: {
    member: 'accountGraceDays',
    type: wholeNumber(0, 3650, 90, 'days, '),
    meaning: 'how long a closed account can be reactivated before it is purged',
  },
  GATEHOUSE_METRICS: {
    member: 'metrics',
    type: onOrOff('on'),
    meaning: '`off`: `/metrics` is not there',
  },
  GATEHOUSE_METRICS_TOKEN: {
    member: 'metricsToken',
    type: z.string().min(16).max(256).optional().describe('16 to 256 characters'),
    meaning: 'bearer token with which `/metrics` answers, from anywhere; 16 to 256 characters',
    shownDefault: 'only this machine, without a token',
  },
  GATEHOUSE_DOCS: {
    member: 'docs',
    type: onOrOff('on'),
    meaning: '`off`: the API page at `/docs` is not there',
  },
  LOG_LEVEL: {
    member: 'logLevel',
    type: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info').describe('a pino level'),
    meaning: 'trace, debug, info, warn, error, silent',
  },
} as const satisfies Readonly<Record<string, Variable>>;
