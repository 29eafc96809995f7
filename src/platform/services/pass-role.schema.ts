import { z } from 'zod';
import { secret } from '../../operations/redact.js';
import { arn } from '../../kernel/iam-names.schema.js';
import { signedRequest } from '../decisions/authorize.schema.js';
import { conditions, decisionContext, subject } from '../decisions/evaluation.schema.js';

export const checkPassRoleInput = z
  .strictObject({
    /** The customer's request as the service received it, signed for the service. */
    request: secret(signedRequest).optional(),
    /** Instead of a signed request: the customer by ARN or access token. */
    subject: subject.optional(),
    /** The passed role; or the instance profile that contains it. */
    roleArn: arn.optional(),
    instanceProfileArn: arn.optional(),
    /** The purpose of the role: `iam:AssociatedResourceArn` of the customer, `aws:SourceArn` of the service. */
    associatedResourceArn: arn.optional(),
    /** Additional condition keys, except those of IAM and about the role. */
    context: conditions
      .refine((entries) => !Object.keys(entries).some((key) => /^(?:iam:|aws:Resource)/i.test(key)), {
        message: 'Member must not contain condition keys of IAM or of the role (aws:Resource…)',
      })
      .optional(),
  })
  .refine(({ request, subject }) => (request === undefined) !== (subject === undefined), {
    path: ['subject'],
    message: 'Specify exactly one of this member and request',
  })
  .refine(({ roleArn, instanceProfileArn }) => (roleArn === undefined) !== (instanceProfileArn === undefined), {
    path: ['roleArn'],
    message: 'Specify exactly one of this member and instanceProfileArn',
  });

export const checkPassRoleOutput = z.object({
  decision: z.boolean(),
  /** Who passes the role; absent if the request or subject identifies nobody. */
  principal: z.object({ arn: z.string(), accountId: z.string(), principalId: z.string() }).optional(),
  /** The role that the service may use; only with a positive decision. */
  role: z.object({ arn: z.string(), roleId: z.string() }).optional(),
  context: decisionContext,
});

export type CheckPassRole = z.output<typeof checkPassRoleInput>;
export type CheckPassRoleResult = z.input<typeof checkPassRoleOutput>;
