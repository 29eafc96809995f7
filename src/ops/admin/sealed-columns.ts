import { checkpointOwner, endOwner, endUnderNewKey } from '../../audit/trail/chain-seals.js';
import { accessKeyOwner, serviceAccessKeyOwner } from '../../access/principals/access-key-directory.service.js';
import { signingKeyOwner } from '../../access/tokens/key-ring.js';
import { serverCertificateKeyOwner } from '../../iam/certificates/server-certificates.service.js';
import { delegationTokenOwner } from '../../sts/delegation/delegation-requests.service.js';
import { samlPrivateKeyOwner } from '../../iam/federation/saml-providers.service.js';
import { outgoingMailOwner } from '../../kernel/mail/outbox.service.js';
import { hardwareSeedOwner } from '../../iam/mfa/hardware-tokens/hardware-tokens.service.js';
import { recoveryKeyOwner } from '../../iam/mfa/recovery-codes/recovery-codes.service.js';
import { seedOwner } from '../../iam/mfa/oath-devices.service.js';

/** A column whose values `SecretBox` sealed under the master key. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** Columns of the primary key. `account_id` comes first for rows of tenants. */
  readonly key: readonly string[];
  /** SQL expressions for other parts of the owner. */
  readonly also?: Readonly<Record<string, string>>;
  /** @param row values by column, and by name in `also` */
  readonly owner: (row: Readonly<Record<string, string>>) => readonly string[];
  /** The new content of the box; default: unchanged. */
  readonly renew?: (secret: Buffer) => Buffer;
  /** A seal that cannot be opened was forged; it is kept as evidence, and does not stop the others. */
  readonly isEvidence?: boolean;
}

const ofAccount = (row: Readonly<Record<string, string>>, column: string) =>
  [row['account_id']!, row[column]!] as const;

/** INVARIANT: every column with sealed values is listed here; a test compares with the columns of the database. */
export const sealedColumns: readonly SealedColumn[] = [
  {
    table: 'access_keys',
    column: 'sealed_secret',
    key: ['account_id', 'access_key_id'],
    owner: (row) => accessKeyOwner(...ofAccount(row, 'access_key_id')),
  },
  {
    table: 'service_access_keys',
    column: 'sealed_secret',
    key: ['account_id', 'access_key_id'],
    owner: (row) => serviceAccessKeyOwner(...ofAccount(row, 'access_key_id')),
  },
  {
    table: 'oath_secrets',
    column: 'sealed_seed',
    key: ['account_id', 'device_id'],
    owner: (row) => seedOwner(...ofAccount(row, 'device_id')),
  },
  {
    table: 'recovery_code_sets',
    column: 'sealed_key',
    key: ['account_id', 'principal_id'],
    owner: (row) => recoveryKeyOwner(...ofAccount(row, 'principal_id')),
  },
  {
    table: 'server_certificates',
    column: 'sealed_private_key',
    key: ['account_id', 'certificate_id'],
    owner: (row) => serverCertificateKeyOwner(...ofAccount(row, 'certificate_id')),
  },
  {
    table: 'saml_private_keys',
    column: 'sealed_key',
    key: ['account_id', 'provider_name_key', 'key_id'],
    also: {
      uuid: `(SELECT provider.uuid::text FROM saml_providers AS provider
              WHERE provider.account_id = sealed.account_id AND provider.name_key = sealed.provider_name_key)`,
    },
    owner: (row) => samlPrivateKeyOwner(row['account_id']!, row['uuid']!, row['key_id']!),
  },
  {
    table: 'delegation_requests',
    column: 'sealed_token',
    key: ['account_id', 'request_id'],
    owner: (row) => delegationTokenOwner({ accountId: row['account_id']!, requestId: row['request_id']! }),
  },
  {
    table: 'audit_chains',
    column: 'seal',
    key: ['account_id'],
    owner: (row) => endOwner(row['account_id']!),
    renew: endUnderNewKey,
    isEvidence: true,
  },
  {
    table: 'audit_checkpoints',
    column: 'seal',
    key: ['account_id'],
    owner: (row) => checkpointOwner(row['account_id']!),
    isEvidence: true,
  },
  {
    table: 'signing_keys',
    column: 'sealed_private_jwk',
    key: ['key_id'],
    owner: (row) => signingKeyOwner(row['key_id']!),
  },
  {
    table: 'outgoing_mails',
    column: 'sealed_mail',
    key: ['mail_id'],
    owner: (row) => outgoingMailOwner(row['mail_id']!),
  },
  {
    table: 'hardware_tokens',
    column: 'sealed_seed',
    key: ['serial_number'],
    owner: (row) => hardwareSeedOwner(row['serial_number']!),
  },
];
