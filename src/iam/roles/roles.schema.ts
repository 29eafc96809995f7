import { z } from 'zod';
import { policyDocument, policyDocumentOutput } from '../../kernel/policy-document.schema.js';
import { arn, path, pathPrefix, roleName } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import { tag, tagList } from '../../kernel/tags.js';

/** Source: IAM API reference, data type `Role`. */
export const role = z
  .object({
    path: z.string(),
    roleName: z.string(),
    roleId: z.string(),
    arn: z.string(),
    createDate: z.date(),
    assumeRolePolicyDocument: policyDocumentOutput('percent', 'trust'),
    description: z.string().optional(),
    /** Seconds. */
    maxSessionDuration: z.number(),
    permissionsBoundary: z
      .object({ permissionsBoundaryType: z.literal('Policy'), permissionsBoundaryArn: z.string() })
      .optional(),
    tags: z.array(tag).optional(),
    roleLastUsed: z.object({ lastUsedDate: z.date().optional(), region: z.string().optional() }).optional(),
  })
  .meta({ id: 'Role' });

/** Without the members that AWS omits for the role of an instance profile and after a change of the description. */
export const briefRole = role.omit({ maxSessionDuration: true, roleLastUsed: true }).meta({ id: 'BriefRole' });
/** Without the members that AWS omits after creating a role; GetRole returns them. */
const createdRole = briefRole.omit({ description: true }).meta({ id: 'CreatedRole' });

/** Source: parameter constraints of CreateRole. */
export const roleDescription = z
  .string()
  .max(1000)
  .regex(/^[\t\n\r\u0020-\u007e\u00a1-\u00ff]*$/);
const maxSessionDuration = z.number().int().min(3600).max(43_200);

export const createRoleInput = z.strictObject({
  roleName,
  path: path.optional(),
  assumeRolePolicyDocument: policyDocument('trust', undefined, 'assumeRolePolicyDocument'),
  description: roleDescription.optional(),
  maxSessionDuration: maxSessionDuration.optional(),
  permissionsBoundary: arn.optional(),
  tags: tagList.optional(),
});
export const roleOutput = z.object({ role });
export const briefRoleOutput = z.object({ role: briefRole });
export const createdRoleOutput = z.object({ role: createdRole });
export const roleNameInput = z.strictObject({ roleName });
export const listRolesInput = z.strictObject({ pathPrefix: pathPrefix.optional(), ...pagingInput });
export const listRolesOutput = z.object({ roles: z.array(role), ...pagingOutput });
export const updateRoleInput = z.strictObject({
  roleName,
  description: roleDescription.optional(),
  maxSessionDuration: maxSessionDuration.optional(),
});
export const updateRoleDescriptionInput = z.strictObject({ roleName, description: roleDescription });
export const updateTrustPolicyInput = z.strictObject({ roleName, policyDocument: policyDocument('trust') });
