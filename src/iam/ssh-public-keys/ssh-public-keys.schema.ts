import { z } from 'zod';
import { pem, userName } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';

const sshPublicKeyId = z
  .string()
  .min(20)
  .max(128)
  .regex(/^[\w]+$/);
const status = z.enum(['Active', 'Inactive']);

/** Source: IAM API reference, data types `SSHPublicKey` and `SSHPublicKeyMetadata`. */
const metadata = { userName: z.string(), sshPublicKeyId: z.string(), status, uploadDate: z.date() };
const sshPublicKey = z
  .object({ ...metadata, fingerprint: z.string(), sshPublicKeyBody: z.string() })
  .meta({ id: 'SshPublicKey' });

export const uploadSshPublicKeyInput = z.strictObject({ userName, sshPublicKeyBody: pem(16_384) });
export const sshPublicKeyOutput = z.object({ sshPublicKey });
export const getSshPublicKeyInput = z.strictObject({ userName, sshPublicKeyId, encoding: z.enum(['SSH', 'PEM']) });
export const listSshPublicKeysInput = z.strictObject({ userName: userName.optional(), ...pagingInput });
export const listSshPublicKeysOutput = z.object({
  sshPublicKeys: z.array(z.object(metadata).meta({ id: 'SshPublicKeyMetadata' })),
  ...pagingOutput,
});
export const updateSshPublicKeyInput = z.strictObject({ userName, sshPublicKeyId, status });
export const sshPublicKeyInput = z.strictObject({ userName, sshPublicKeyId });
