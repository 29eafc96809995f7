import { z } from 'zod';

/** What AWS STS calls `Credentials`. */
export const temporaryCredentials = z
  .object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
    expiration: z.date(),
  })
  .meta({ id: 'TemporaryCredentials' });
