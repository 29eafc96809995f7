import { z } from 'zod';

/** AWS STS's data type `Credentials`. */
export const temporaryCredentials = z
  .object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
    expiration: z.date(),
  })
  .meta({ id: 'TemporaryCredentials' });
