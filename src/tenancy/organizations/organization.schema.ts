import { z } from 'zod';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';

export const featuresInput = z.strictObject({});

/** The entity path of an account is `<organizationId>/<rootId>/<account id>`. */
export const organizationOutput = z.object({
  organization: z
    .object({ organizationId: z.string(), rootId: z.string(), managementAccountId: z.string() })
    .meta({ id: 'Organization' }),
});

/** Source: IAM API reference, ListOrganizationsFeatures. */
export const featuresOutput = z.object({
  organizationId: z.string(),
  enabledFeatures: z.array(z.enum(['RootCredentialsManagement', 'RootSessions'])),
});

/** Source: IAM API reference, GenerateOrganizationsAccessReport. */
export const generateReportInput = z.strictObject({
  entityPath: z
    .string()
    .min(19)
    .max(427)
    .regex(/^o-[0-9a-z]{10,32}\/r-[0-9a-z]{4,32}[0-9a-z-/]*$/),
  organizationsPolicyId: z
    .string()
    .regex(/^p-[0-9a-zA-Z_]{8,128}$/)
    .optional(),
});
export const generateReportOutput = z.object({ jobId: z.string() });

/** Source: IAM API reference, GetOrganizationsAccessReport. */
export const getReportInput = z.strictObject({
  jobId: z.uuid(),
  ...pagingInput,
  sortKey: z
    .enum([
      'SERVICE_NAMESPACE_ASCENDING',
      'SERVICE_NAMESPACE_DESCENDING',
      'LAST_AUTHENTICATED_TIME_ASCENDING',
      'LAST_AUTHENTICATED_TIME_DESCENDING',
    ])
    .default('SERVICE_NAMESPACE_ASCENDING'),
});

const accessDetail = z
  .object({
    serviceName: z.string(),
    serviceNamespace: z.string(),
    region: z.string().optional(),
    entityPath: z.string().optional(),
    lastAuthenticatedTime: z.date().optional(),
    /** Number of accounts whose principals used the service. */
    totalAuthenticatedEntities: z.number(),
  })
  .meta({ id: 'OrganizationAccessDetail' });

export const getReportOutput = z.object({
  jobStatus: z.enum(['IN_PROGRESS', 'COMPLETED', 'FAILED']),
  jobCreationDate: z.date(),
  jobCompletionDate: z.date().optional(),
  numberOfServicesAccessible: z.number().optional(),
  numberOfServicesNotAccessed: z.number().optional(),
  accessDetails: z.array(accessDetail).optional(),
  ...pagingOutput,
  errorDetails: z.object({ message: z.string(), code: z.string() }).optional(),
});

export type AccessDetail = z.output<typeof accessDetail>;
export type OrganizationFeature = z.output<typeof featuresOutput>['enabledFeatures'][number];
