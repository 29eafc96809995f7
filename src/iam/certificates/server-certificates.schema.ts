import { z } from 'zod';
import { secret } from '../../operations/redact.js';
import {
  iamName,
  newPath,
  path,
  pathPrefix,
  pem,
  trimmedPem,
  serverCertificateName,
} from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { tag, tagList } from '../../kernel/tags.js';

/** Source: IAM API reference, data type `ServerCertificateMetadata`. */
export const serverCertificateMetadata = z
  .object({
    path: z.string(),
    serverCertificateName: z.string(),
    serverCertificateId: z.string(),
    arn: z.string(),
    uploadDate: z.date(),
    expiration: z.date(),
  })
  .meta({ id: 'ServerCertificateMetadata' });

export const uploadServerCertificateInput = z.strictObject({
  serverCertificateName,
  path: path.optional(),
  certificateBody: trimmedPem(16_384),
  privateKey: secret(pem(16_384)),
  /** AWS accepts two million characters; here the limit is the request body of one MiB. */
  certificateChain: trimmedPem(1_000_000).optional(),
  tags: tagList.optional(),
});
export const uploadServerCertificateOutput = z.object({ serverCertificateMetadata, tags: z.array(tag).optional() });
export const serverCertificateNameInput = z.strictObject({ serverCertificateName });
export const getServerCertificateOutput = z.object({
  serverCertificate: z
    .object({
      serverCertificateMetadata,
      certificateBody: z.string(),
      certificateChain: z.string().optional(),
      tags: z.array(tag),
    })
    .meta({ id: 'ServerCertificate' }),
});
export const listServerCertificatesInput = z.strictObject({ pathPrefix: pathPrefix.optional(), ...pagingInput });
export const listServerCertificatesOutput = z.object({
  serverCertificateMetadataList: z.array(serverCertificateMetadata),
  ...pagingOutput,
});
export const updateServerCertificateInput = z.strictObject({
  serverCertificateName,
  newServerCertificateName: iamName('newServerCertificateName', 128).optional(),
  newPath: newPath.optional(),
});
