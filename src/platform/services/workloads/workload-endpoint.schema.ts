import { z } from 'zod';
import { workload } from './workloads.schema.js';

export const withoutInput = z.strictObject({});

/** The members of AWS's container credential provider. */
export const workloadCredentialsOutput = z
  .object({
    RoleArn: z.string(),
    AccountId: z.string(),
    AccessKeyId: z.string(),
    SecretAccessKey: z.string(),
    Token: z.string(),
    Expiration: z.iso.datetime(),
  })
  .meta({ id: 'ContainerCredentials' });

export const ownWorkloadOutput = z.object({
  workload: workload.extend({ instanceProfileId: z.string().optional() }).meta({ id: 'OwnWorkload' }),
});

export const identityTokenInput = z.strictObject({
  /** The audience of the token. */
  audience: z
    .string()
    .regex(/^[!-~]{1,255}$/)
    .default('sts.amazonaws.com'),
});
export const identityTokenOutput = z.object({ token: z.string(), expiration: z.date() });
