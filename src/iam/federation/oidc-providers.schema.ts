import { z } from 'zod';
import { tag, tagList } from '../../kernel/tags.js';
import { ownSentence } from '../../kernel/errors/validation.js';

/** Source: IAM API reference, CreateOpenIDConnectProvider. */
const oidcProviderArn = z.string().min(20).max(2048);
const clientId = z.string().min(1).max(255);
const thumbprint = z
  .string()
  .length(40)
  .refine(
    (text) => /^[0-9A-Fa-f]{40}$/.test(text),
    ownSentence('A thumbprint must be 40 hexadecimal digits.', 'InvalidInput'),
  );

/** Quotas in the API reference's descriptions of the parameters: client IDs and thumbprints per provider. */
export const CLIENT_IDS_PER_PROVIDER = 100;
const THUMBPRINTS_PER_PROVIDER = 5;
const thumbprintList = z.array(thumbprint).refine(
  (list) => list.length <= THUMBPRINTS_PER_PROVIDER,
  // AWS's message; five are accepted.
  ownSentence('Thumbprint list must contain fewer than 5 entries.', 'InvalidInput'),
);
const clientIdList = z
  .array(clientId)
  .refine(
    (list) => list.length <= CLIENT_IDS_PER_PROVIDER,
    ownSentence(
      `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${CLIENT_IDS_PER_PROVIDER}`,
      'LimitExceeded',
    ),
  );

export const createOidcProviderInput = z.strictObject({
  clientIdList: clientIdList.optional(),
  thumbprintList: thumbprintList.optional(),
  url: z.string().min(1).max(255),
  tags: tagList.optional(),
});
export const createOidcProviderOutput = z.object({
  openIdConnectProviderArn: z.string(),
  tags: z.array(tag).optional(),
});
export const oidcProviderInput = z.strictObject({ openIdConnectProviderArn: oidcProviderArn });
export const getOidcProviderOutput = z.object({
  /** Without the scheme, as on AWS; otherwise as given. */
  url: z.string(),
  clientIdList: z.array(z.string()),
  thumbprintList: z.array(z.string()),
  createDate: z.date(),
  tags: z.array(tag),
});
export const listOidcProvidersInput = z.strictObject({});
export const listOidcProvidersOutput = z.object({
  openIdConnectProviderList: z.array(z.object({ arn: z.string() }).meta({ id: 'OpenIdConnectProviderListEntry' })),
});
export const clientIdInput = z.strictObject({ openIdConnectProviderArn: oidcProviderArn, clientId });
export const thumbprintsInput = z.strictObject({
  openIdConnectProviderArn: oidcProviderArn,
  thumbprintList,
});
