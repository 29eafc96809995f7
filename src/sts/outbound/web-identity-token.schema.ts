import { z } from 'zod';
import { sessionTagList } from '../../kernel/tags.js';
import { LONGEST_TOKEN, webIdentityAlgorithms } from './web-identity-keys.service.js';

/** Source: STS API reference, parameter constraints of GetWebIdentityToken. */
export const getWebIdentityTokenInput = z.strictObject({
  /** The audience of the token: its `aud`. */
  audience: z.array(z.string().min(1).max(1000)).min(1).max(10),
  /** Seconds. */
  durationSeconds: z.number().int().min(60).max(LONGEST_TOKEN).default(300),
  signingAlgorithm: z.enum(webIdentityAlgorithms),
  /** Additional claims, as `request_tags`. */
  tags: sessionTagList.optional(),
  /** Only `AWSIdentity`: sessions have no origin identity. */
  subjectMode: z.enum(['AWSIdentity', 'OriginIdentity']).default('AWSIdentity'),
  /** Requires the subject mode `OriginIdentity`. */
  scope: z.string().min(1).max(2048).optional(),
});

export const getWebIdentityTokenOutput = z.object({ webIdentityToken: z.string(), expiration: z.date() });
