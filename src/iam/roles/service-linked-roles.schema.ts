import { z } from 'zod';
import { roleName } from '../../kernel/iam-names.schema.js';
import { roleDescription } from './roles.schema.js';

/** Source: IAM API reference, CreateServiceLinkedRole. */
export const createServiceLinkedRoleInput = z.strictObject({
  awsServiceName: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\w+=,.@-]+$/),
  description: roleDescription.optional(),
  customSuffix: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[\w+=,.@-]+$/)
    .optional(),
});
export const deleteServiceLinkedRoleInput = z.strictObject({ roleName });
export const deletionTaskOutput = z.object({ deletionTaskId: z.string() });
export const deletionStatusInput = z.strictObject({ deletionTaskId: z.string().min(1).max(1000) });
export const deletionStatusOutput = z.object({
  status: z.enum(['SUCCEEDED', 'IN_PROGRESS', 'FAILED', 'NOT_STARTED']),
  reason: z
    .object({
      reason: z.string(),
      roleUsageList: z.array(z.object({ region: z.string(), resources: z.array(z.string()) })),
    })
    .optional(),
});
