import { z } from 'zod';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { definitionProblems } from './definition-problems.js';
import {
  conditionKey,
  definition,
  newServicePrefix,
  resourceType,
  type ServiceDefinition,
  servicePrefix,
} from './service-definition.schema.js';

/** Rules across the members of a definition. */
function isConsistent(service: ServiceDefinition, context: z.RefinementCtx): void {
  for (const { path, message } of definitionProblems(service)) {
    context.addIssue({ code: 'custom', path: [...path], message });
  }
}

export const registerServiceInput = z
  .strictObject({ prefix: newServicePrefix, ...definition })
  .superRefine(isConsistent);
export const updateServiceInput = z.strictObject({ prefix: servicePrefix, ...definition }).superRefine(isConsistent);
export const serviceInput = z.strictObject({ prefix: servicePrefix });

export const serviceOutput = z.object({
  service: z
    .object({
      prefix: z.string(),
      arn: z.string(),
      createDate: z.date(),
      updateDate: z.date(),
      ...definition,
      grantedPrefixes: z.array(z.string()),
      resourceTypes: z.array(resourceType),
      conditionKeys: z.array(conditionKey),
    })
    .meta({ id: 'Service' }),
});

export const listServicesInput = z.strictObject({ ...pagingInput });
export const listServicesOutput = z.object({
  services: z.array(
    z
      .object({ prefix: z.string(), arn: z.string(), displayName: z.string(), servicePrincipal: z.string() })
      .meta({ id: 'ServiceSummary' }),
  ),
  ...pagingOutput,
});

const accessKeyId = z.string().min(16).max(128).regex(/^\w+$/);
const status = z.enum(['Active', 'Inactive']);
const accessKey = { accessKeyId, status, createDate: z.date() };

export const serviceAccessKeysInput = z.strictObject({ prefix: servicePrefix, ...pagingInput });
export const createServiceAccessKeyOutput = z.object({
  accessKey: z.object({ ...accessKey, secretAccessKey: z.string() }).meta({ id: 'ServiceAccessKey' }),
});
export const listServiceAccessKeysOutput = z.object({
  accessKeyMetadata: z.array(
    z
      .object({
        ...accessKey,
        lastUsedDate: z.date().optional(),
        lastUsedService: z.string().optional(),
      })
      .meta({ id: 'ServiceAccessKeyMetadata' }),
  ),
  ...pagingOutput,
});
export const updateServiceAccessKeyInput = z.strictObject({ prefix: servicePrefix, accessKeyId, status });
export const serviceAccessKeyInput = z.strictObject({ prefix: servicePrefix, accessKeyId });
