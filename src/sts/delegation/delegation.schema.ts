import { z } from 'zod';
import { policyDocumentOutput } from '../../kernel/policy-document.schema.js';
import { accountId, arn } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { temporaryCredentials } from '../../access/session-tokens/temporary-credentials.schema.js';
import { secret } from '../../operations/redact.js';

/** Printable Latin-1 and line breaks. Source: IAM API reference, CreateDelegationRequest. */
const latin = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .regex(/^[\t\n\r\u0020-\u007e\u00a1-\u00ff]*$/);
const notes = latin(500);

const delegationRequestId = z
  .string()
  .min(16)
  .max(128)
  .regex(/^[\w-]+$/);

/** Source: data type DelegationPermission; the reference limits neither the number of values nor their length. */
const permissions = z.strictObject({
  policyTemplateArn: arn,
  parameters: z
    .array(
      z.strictObject({
        name: z
          .string()
          .min(5)
          .max(256)
          .regex(/^[ -~]+$/),
        values: z
          .array(
            z
              .string()
              .max(1024)
              .regex(/^[ -~]+$/),
          )
          .min(1)
          .max(50),
        type: z.enum(['string', 'stringList']).default('string'),
      }),
    )
    .max(50)
    .default([]),
});

export const createDelegationRequestInput = z.strictObject({
  ownerAccountId: accountId.optional(),
  description: latin(1000),
  permissions,
  requestMessage: latin(200).optional(),
  requestorWorkflowId: latin(400).min(5),
  redirectUrl: z
    .string()
    .min(1)
    .max(255)
    .regex(/^https?:\/\/[a-zA-Z0-9._/-]*(\?[a-zA-Z0-9._=&-]*)?(#[a-zA-Z0-9._/-]*)?$/)
    .optional(),
  notificationChannel: z
    .string()
    .min(2)
    .max(400)
    .regex(/^[a-zA-Z0-9:_.-]+$/),
  sessionDuration: z.number().int().min(300).max(43_200),
  onlySendByOwner: z.boolean().default(false),
});
export const createDelegationRequestOutput = z.object({ consoleDeepLink: z.string(), delegationRequestId: z.string() });

export const delegationRequestIdInput = z.strictObject({ delegationRequestId });
export const getDelegationRequestInput = delegationRequestIdInput.extend({
  delegationPermissionCheck: z.boolean().default(false),
});
export const notedInput = delegationRequestIdInput.extend({ notes: notes.optional() });
export const listDelegationRequestsInput = z.strictObject({
  ownerId: z
    .string()
    .min(20)
    .max(2048)
    .regex(/^[a-zA-Z0-9:/+=,.@_-]+$/)
    .optional(),
  ...pagingInput,
});

/** Source: data type DelegationRequest. */
const delegationRequest = z
  .object({
    delegationRequestId: z.string(),
    ownerAccountId: z.string().optional(),
    description: z.string(),
    requestMessage: z.string().optional(),
    permissions: z.object({
      policyTemplateArn: z.string(),
      parameters: z.array(z.object({ name: z.string(), values: z.array(z.string()), type: z.string() })),
    }),
    permissionPolicy: policyDocumentOutput('plain'),
    rolePermissionRestrictionArns: z.array(z.string()),
    ownerId: z.string().optional(),
    approverId: z.string().optional(),
    state: z.enum(['UNASSIGNED', 'ASSIGNED', 'PENDING_APPROVAL', 'FINALIZED', 'ACCEPTED', 'REJECTED', 'EXPIRED']),
    expirationTime: z.date(),
    requestorId: z.string(),
    requestorName: z.string(),
    createDate: z.date(),
    sessionDuration: z.number(),
    redirectUrl: z.string().optional(),
    notes: z.string().optional(),
    rejectionReason: z.string().optional(),
    onlySendByOwner: z.boolean(),
    updatedTime: z.date(),
  })
  .meta({ id: 'DelegationRequest' });

export const getDelegationRequestOutput = z.object({
  delegationRequest,
  permissionCheckStatus: z.enum(['COMPLETE', 'IN_PROGRESS', 'FAILED']).optional(),
  permissionCheckResult: z.enum(['ALLOWED', 'DENIED', 'UNSURE']).optional(),
});
export const listDelegationRequestsOutput = z.object({
  delegationRequests: z.array(delegationRequest),
  ...pagingOutput,
  // The only result of IAM with this member in lower case.
  isTruncated: pagingOutput.isTruncated.meta({ awsName: 'isTruncated' }),
});

export const summaryInput = z.strictObject({ entityArn: arn, locale: z.string().min(2).max(12).default('en') });
export const summaryOutput = z.object({
  summaryContent: z.string().optional(),
  locale: z.string(),
  summaryState: z.enum(['AVAILABLE', 'NOT_AVAILABLE', 'NOT_SUPPORTED', 'FAILED']),
});
export const tokenOutput = z.object({ tradeInToken: secret(z.string()) });

/** Source: STS API reference, GetDelegatedAccessToken. */
export const delegatedAccessInput = z.strictObject({ tradeInToken: secret(z.string().min(1).max(4096)) });

export const delegatedAccessOutput = z.object({
  credentials: temporaryCredentials,
  /** The ARN of the approver, whose credentials they are, limited to the requested permissions. */
  assumedPrincipal: z.string(),
});
