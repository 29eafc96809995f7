import { z } from 'zod';
import { displayTextOfLines } from '../../kernel/display-text.schema.js';
import { policyDocument } from '../../kernel/policy-document.schema.js';
import { MAXIMUM_ENCODED_CHARACTERS } from '../../access/authorization/authorization-messages.service.js';
import { temporaryCredentials } from '../../access/session-tokens/temporary-credentials.schema.js';
import { LONGEST_TOKEN } from '../../access/session-tokens/session-tokens.service.js';
import { secret } from '../../operations/redact.js';
import { sessionTagList, tagKey } from '../../kernel/tags.js';
import { serialNumber } from '../../iam/mfa/virtual-devices.schema.js';

/** Source: STS API reference, parameter constraints of AssumeRole and GetFederationToken. */
const sessionName = z
  .string()
  .min(2)
  .max(64)
  .regex(/^[\w+=,.@-]*$/);
export const sourceIdentity = sessionName;
const sessionPolicy = policyDocument('identity', 2048, 'policy');
const policyArns = z.array(z.strictObject({ arn: z.string().min(20).max(2048) })).max(10);
const tokenCode = secret(z.string().regex(/^(?:\d{6}|\d{8})$/));

/** Seconds. */
const duration = (maximum: number) => z.number().int().min(900).max(maximum);

export const assumeRoleInput = z.strictObject({
  roleArn: z.string().min(20).max(2048),
  roleSessionName: sessionName,
  durationSeconds: duration(43_200).optional(),
  policy: sessionPolicy.optional(),
  policyArns: policyArns.optional(),
  tags: sessionTagList.optional(),
  transitiveTagKeys: z.array(tagKey).max(50).optional(),
  externalId: z
    .string()
    .min(2)
    .max(1224)
    .regex(/^[\w+=,.@:/-]*$/)
    .optional(),
  serialNumber: serialNumber.optional(),
  tokenCode: tokenCode.optional(),
  sourceIdentity: sourceIdentity.optional(),
  providedContexts: z
    .array(z.strictObject({ providerArn: z.string().max(2048), contextAssertion: z.string().max(2048) }))
    .max(0, { message: 'Member must be empty: contexts of IAM Identity Center are not supported' })
    .optional(),
});
export const assumeRoleOutput = z.object({
  credentials: temporaryCredentials,
  assumedRoleUser: z.object({ assumedRoleId: z.string(), arn: z.string() }),
  /** Percent of the allowance for session policies and tags. */
  packedPolicySize: z.number().optional(),
  sourceIdentity: z.string().optional(),
});

export const getSessionTokenInput = z.strictObject({
  durationSeconds: duration(129_600).optional(),
  serialNumber: serialNumber.optional(),
  tokenCode: tokenCode.optional(),
});
export const getSessionTokenOutput = z.object({ credentials: temporaryCredentials });

export const getFederationTokenInput = z.strictObject({
  name: sessionName.max(32),
  durationSeconds: duration(129_600).optional(),
  policy: sessionPolicy.optional(),
  policyArns: policyArns.optional(),
  tags: sessionTagList.optional(),
});
export const getFederationTokenOutput = z.object({
  credentials: temporaryCredentials,
  federatedUser: z.object({ federatedUserId: z.string(), arn: z.string() }),
  packedPolicySize: z.number().optional(),
});

export const getAccessKeyInfoInput = z.strictObject({
  accessKeyId: z
    .string()
    .min(16)
    .max(128)
    .regex(/^[\w]*$/),
});
export const getAccessKeyInfoOutput = z.object({ account: z.string() });

/** Source: STS API reference, GetScopedCredentials. */
export const getScopedCredentialsInput = z.strictObject({
  policy: sessionPolicy.optional(),
  /** Seconds. Default: the rest of the session. */
  durationSeconds: z.number().int().min(1).max(129_600).optional(),
  /** Minimum characters of the session token. */
  minimumSessionTokenSize: z.number().int().min(0).max(LONGEST_TOKEN).default(0),
  /** For the audit log. */
  scopedSessionDescription: displayTextOfLines(256).optional(),
});

export const getScopedCredentialsOutput = z.object({
  credentials: temporaryCredentials,
  sessionInfo: z.object({ scopedSessionId: z.string(), arn: z.string() }).meta({ id: 'ScopedSession' }),
  /** Percent. */
  sessionTokenUtilization: z.number(),
  sessionTokenSize: z.number(),
  scopedPoliciesCount: z.number(),
  sourceIdentity: z.string().optional(),
});

export const assumeRootInput = z.strictObject({
  /** The account ID, or the ARN of its root user. */
  targetPrincipal: z.string().min(12).max(2048),
  taskPolicyArn: z.strictObject({ arn: z.string().min(20).max(2048) }),
  /** Seconds. */
  durationSeconds: z.number().int().min(0).max(900).default(900),
});

export const assumeRootOutput = z.object({ credentials: temporaryCredentials, sourceIdentity: z.string().optional() });

export const decodeAuthorizationMessageInput = z.strictObject({
  encodedMessage: z.string().min(1).max(MAXIMUM_ENCODED_CHARACTERS),
});

export const decodeAuthorizationMessageOutput = z.object({
  /** JSON: whether it was an explicit deny, the matching statements, and the request context. */
  decodedMessage: z.string(),
});
