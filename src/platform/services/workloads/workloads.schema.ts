import { z } from 'zod';
import { accountId, arn } from '../../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../../kernel/paging/paging.js';

const workloadId = z.uuid();
export const workload = z
  .object({
    workloadId: z.string(),
    arn: z.string(),
    accountId: z.string(),
    /** Prefix of the service that runs it. */
    service: z.string(),
    resourceArn: z.string(),
    roleArn: z.string().optional(),
    instanceProfileArn: z.string().optional(),
    durationSeconds: z.number().optional(),
    createDate: z.date(),
  })
  .meta({ id: 'Workload' });

export const registerWorkloadInput = z
  .strictObject({
    /** The instance or function, in the account of the role: the subject of its identity tokens (OIDC Core §2). */
    resourceArn: arn.max(255).regex(/^[!-~]+$/),
    /** The role that it uses; or the instance profile that contains it. */
    roleArn: arn.optional(),
    instanceProfileArn: arn.optional(),
    /** For its credentials. Default: the maximum session duration of the role, at most six hours. */
    durationSeconds: z.number().int().min(900).max(43_200).optional(),
  })
  .refine(({ roleArn, instanceProfileArn }) => (roleArn === undefined) !== (instanceProfileArn === undefined), {
    path: ['roleArn'],
    message: 'Specify exactly one of this member and instanceProfileArn',
  });
export const workloadInput = z.strictObject({ accountId, workloadId });
export const workloadOutput = z.object({ workload });
export const workloadWithTokenOutput = z.object({ workload, authorizationToken: z.string() });
export const listWorkloadsInput = z.strictObject({ accountId, ...pagingInput });
export const listWorkloadsOutput = z.object({ workloads: z.array(workload), ...pagingOutput });

export type RegisterWorkload = z.output<typeof registerWorkloadInput>;
export type WorkloadDescription = z.input<typeof workload>;
