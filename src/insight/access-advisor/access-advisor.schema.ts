import { z } from 'zod';
import { policyDocumentOutput } from '../../kernel/policy-document.schema.js';
import { arn } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';

const jobId = z.uuid();
const granularity = z.enum(['SERVICE_LEVEL', 'ACTION_LEVEL']);
const serviceNamespace = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w-]+$/);
const jobStatus = z.enum(['IN_PROGRESS', 'COMPLETED', 'FAILED']);

export const generateInput = z.strictObject({ arn, granularity: granularity.default('SERVICE_LEVEL') });
export const generateOutput = z.object({ jobId: z.string() });
export const detailsInput = z.strictObject({ jobId, ...pagingInput });
export const entitiesInput = z.strictObject({ jobId, serviceNamespace, ...pagingInput });
export const grantingInput = z.strictObject({
  arn,
  serviceNamespaces: z.array(serviceNamespace).min(1).max(200),
  marker: pagingInput.marker,
});

/** Source: IAM API reference, data type `ServiceLastAccessed`. Times are stored in the job as text. */
export const serviceLastAccessed = z
  .object({
    serviceName: z.string(),
    serviceNamespace: z.string(),
    lastAuthenticated: z.coerce.date<string>().optional(),
    lastAuthenticatedEntity: z.string().optional(),
    lastAuthenticatedRegion: z.string().optional(),
    totalAuthenticatedEntities: z.number(),
    trackedActionsLastAccessed: z
      .array(
        z.object({
          actionName: z.string(),
          lastAccessedEntity: z.string().optional(),
          lastAccessedTime: z.coerce.date<string>().optional(),
          lastAccessedRegion: z.string().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'ServiceLastAccessed' });

export type ServiceLastAccessed = z.input<typeof serviceLastAccessed>;

const job = { jobStatus, jobCreationDate: z.date(), jobCompletionDate: z.date() };

export const detailsOutput = z.object({
  ...job,
  jobType: granularity,
  servicesLastAccessed: z.array(serviceLastAccessed),
  ...pagingOutput,
});

export const entitiesOutput = z.object({
  ...job,
  entityDetailsList: z.array(
    z
      .object({
        entityInfo: z.object({
          arn: z.string(),
          name: z.string(),
          type: z.enum(['USER', 'ROLE']),
          id: z.string(),
          path: z.string(),
        }),
        lastAuthenticated: z.date().optional(),
      })
      .meta({ id: 'EntityDetails' }),
  ),
  ...pagingOutput,
});

export const grantingOutput = z.object({
  policiesGrantingServiceAccess: z.array(
    z
      .object({
        serviceNamespace: z.string(),
        policies: z.array(
          z.object({
            policyName: z.string(),
            policyType: z.enum(['INLINE', 'MANAGED']),
            policyArn: z.string().optional(),
            entityType: z.enum(['USER', 'ROLE', 'GROUP']).optional(),
            entityName: z.string().optional(),
          }),
        ),
      })
      .meta({ id: 'PoliciesGrantingServiceAccess' }),
  ),
  ...pagingOutput,
});

export const leastPrivilegeInput = z.strictObject({
  arn,
  /** The period, in days before now. */
  days: z.number().int().min(1).max(400).default(90),
});

export const leastPrivilegeOutput = z.object({
  /** Nothing that was used after this time is lost. */
  since: z.date(),
  /** Actions that were used successfully, such as `iam:GetUser`. */
  usedActions: z.array(z.string()),
  /** A policy that allows only these actions, with today's conditions and resources; absent if none were used. */
  suggestedPolicy: policyDocumentOutput('plain').optional(),
  /** Its differences to the current policies, by statement. */
  changes: z.array(
    z
      .object({
        policyName: z.string(),
        policyType: z.enum(['INLINE', 'MANAGED']),
        policyArn: z.string().optional(),
        entityType: z.enum(['USER', 'ROLE', 'GROUP']),
        entityName: z.string(),
        statement: z.number(),
        sid: z.string().optional(),
        change: z.enum(['keep', 'narrow', 'remove']),
        /** As in the statement; NotAction is shown as `not iam:*`. */
        grantedActions: z.array(z.string()),
        usedActions: z.array(z.string()),
        /** Actions of the services that Gatehouse knows. */
        unusedActions: z.array(z.string()),
      })
      .meta({ id: 'LeastPrivilegeChange' }),
  ),
});
export type LeastPrivilegeChange = z.input<typeof leastPrivilegeOutput>['changes'][number];
