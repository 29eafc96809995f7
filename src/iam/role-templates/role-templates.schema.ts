import { z } from 'zod';
import { JsonColumn } from '../../kernel/database/json-column.js';
import { displayText, displayTextOfLines } from '../../kernel/display-text.schema.js';
import { policyDocument } from '../../kernel/policy-document.schema.js';
import { arn, policyName } from '../../kernel/iam-names.schema.js';
import { role } from '../roles/roles.schema.js';

const templateName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\w+=,.@-]+$/);

/** Placeholders are `@{name}`. */
const pattern = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[ -~]*$/);

/** Source: IAM API reference, data type ParameterDefinition. */
const parameterDefinition = z.object({
  name: displayText(128),
  type: z.enum(['String', 'StringList', 'Number', 'NumberList', 'Arn', 'ArnList']),
  subType: z.string().max(128).optional(),
  description: displayTextOfLines(1000).optional(),
  isRequired: z.boolean().default(true),
  defaultValue: z.string().max(1024).optional(),
  immutable: z.boolean().default(false),
});

/** Source: IAM API reference, data type RoleTemplateVersion. */
const definitionMembers = {
  roleNamePattern: pattern,
  rolePathPattern: pattern.default('/'),
  roleDescriptionPattern: pattern.optional(),
  assumeRolePolicyDocumentTemplate: policyDocument('trust'),
  inlinePolicyTemplates: z
    .array(z.strictObject({ policyName, policyDocument: policyDocument() }))
    .max(10)
    .default([]),
  managedPolicyArns: z.array(arn).max(10).default([]),
  permissionBoundaryArn: arn.optional(),
  parametersDefinition: z.array(parameterDefinition).max(30).default([]),
  roleTagsTemplate: z
    .array(z.strictObject({ key: pattern, value: pattern }))
    .max(50)
    .default([]),
  maxSessionDuration: z.number().int().min(3600).max(43_200).default(3600),
};
const definition = z.strictObject(definitionMembers);

export const roleTemplateVersion = z
  .object({
    templateArn: z.string(),
    templateName: z.string(),
    templateVersionId: z.string(),
    description: z.string(),
    majorVersion: z.number(),
    defaultMinorVersion: z.number(),
    managedByType: z.literal('Service'),
    managedByValue: z.string(),
    enabled: z.boolean(),
    minorVersion: z.number(),
    ...definitionMembers,
    versionEnabled: z.boolean(),
    createTimestamp: z.date(),
    updateTimestamp: z.date(),
  })
  .meta({ id: 'RoleTemplateVersion' });

export const putRoleTemplateInput = z.strictObject({
  templateName,
  description: displayTextOfLines(1000).optional(),
  enabled: z.boolean().optional(),
  /** Becomes the default version; a new template requires one. */
  version: definition.optional(),
});
const minorVersion = z.number().int().min(1).max(1_000_000).optional();
export const getRoleTemplateVersionInput = z.strictObject({ templateArn: arn, minorVersion });
export const roleTemplateVersionOutput = z.object({ roleTemplateVersion });

/** Source: IAM API reference, AcquireRole. */
export const acquireRoleInput = z.strictObject({
  templateArn: arn,
  templateMinorVersion: minorVersion,
  replacementValues: z
    .record(
      z.string().min(1).max(128),
      z.strictObject({
        values: z
          .array(
            z
              .string()
              .max(1024)
              .regex(/^[ -~]*$/),
          )
          .min(1)
          .max(50),
      }),
    )
    .refine((entries) => Object.keys(entries).length <= 30, { message: 'Member must have at most 30 entries' })
    .default({}),
});
export const acquireRoleOutput = z.object({
  role: role.extend({
    sourceRoleTemplate: z.object({ templateArn: z.string(), templateMinorVersion: z.number() }),
  }),
});

export type TemplateDefinition = z.output<typeof definition>;

export const templateColumn = new JsonColumn<TemplateDefinition>();
export type ParameterDefinition = z.output<typeof parameterDefinition>;
