import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { fillTemplate, type PolicyParameter } from '../../kernel/policy-template.js';
import type { RoleTemplate } from '../../generated/prisma/client.js';
import { AttachmentsService } from '../policies/attachments.service.js';
import { InlinePoliciesService } from '../policies/inline-policies.service.js';
import { createRoleInput } from '../roles/roles.schema.js';
import { RolesService } from '../roles/roles.service.js';
import { roleTemplateArn } from './role-template.target.js';
import {
  type acquireRoleInput,
  type ParameterDefinition,
  type TemplateDefinition,
  templateColumn,
} from './role-templates.schema.js';
import { RoleTemplatesService } from './role-templates.service.js';

type Values = z.output<typeof acquireRoleInput>['replacementValues'];

/** A template with its parameters filled in. */
interface Filled {
  readonly role: Record<string, unknown>;
  readonly trust: object;
  readonly inline: readonly { readonly name: string; readonly document: object }[];
}

/** Creates a role from a template. Source: IAM API reference, AcquireRole. */
@Injectable()
export class AcquireRoleService {
  constructor(
    private readonly templates: RoleTemplatesService,
    private readonly roles: RolesService,
    private readonly inlinePolicies: InlinePoliciesService,
    private readonly attachments: AttachmentsService,
  ) {}

  /**
   * @throws ApiError RoleTemplateDisabledException, NameConflictException, InvalidInput, LimitExceeded,
   *   MalformedPolicyDocument, NoSuchEntity
   */
  async acquire(context: OperationContext<RoleTemplate>, input: z.output<typeof acquireRoleInput>) {
    const { tx, accountId, partition, target: template } = context;
    if (!template.enabled) {
      throw new ApiError('RoleTemplateDisabledException', `The role template ${template.name} is disabled.`);
    }
    const version = await this.templates.version(tx, template, input.templateMinorVersion);
    const definition = templateColumn.read(version.definition);
    const filled = fillDefinition(definition, parametersOf(definition.parametersDefinition, input.replacementValues));
    const roleInput = createRoleInput.safeParse({
      ...filled.role,
      assumeRolePolicyDocument: JSON.stringify(filled.trust),
      permissionsBoundary: definition.permissionBoundaryArn,
      maxSessionDuration: definition.maxSessionDuration,
    });
    if (!roleInput.success) {
      const message =
        'With these values, the role template does not produce a valid role: ' + `${z.prettifyError(roleInput.error)}`;
      throw new ApiError('InvalidInput', message);
    }
    const role = await this.create({ ...context, target: undefined }, roleInput.data);
    const identityId = role.roleId;
    const identity = await tx.identity.findUniqueOrThrow({
      where: { accountId_identityId: { accountId, identityId } },
    });
    const ofRole = { ...context, target: identity };
    for (const { name, document } of filled.inline) {
      await this.inlinePolicies.put(ofRole, name, JSON.stringify(document));
    }
    for (const policyArn of definition.managedPolicyArns) await this.attachments.attach(ofRole, policyArn);
    const sourceRoleTemplate = {
      templateArn: roleTemplateArn(partition, template.name),
      templateMinorVersion: version.minorVersion,
    };
    return { ...role, sourceRoleTemplate };
  }

  private async create(context: OperationContext, input: z.output<typeof createRoleInput>) {
    try {
      return await this.roles.create(context, input);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'EntityAlreadyExists') throw error;
      throw new ApiError('NameConflictException', error.message);
    }
  }
}

/** One pass over everything, so that every parameter is used at least once. */
function fillDefinition(definition: TemplateDefinition, parameters: readonly PolicyParameter[]): Filled {
  const { roleNamePattern, rolePathPattern, roleDescriptionPattern, roleTagsTemplate } = definition;
  const template = {
    role: {
      roleName: roleNamePattern,
      path: rolePathPattern,
      ...(roleDescriptionPattern === undefined ? {} : { description: roleDescriptionPattern }),
      ...(roleTagsTemplate.length > 0 ? { tags: roleTagsTemplate } : {}),
    },
    trust: JSON.parse(definition.assumeRolePolicyDocumentTemplate) as object,
    inline: definition.inlinePolicyTemplates.map(({ policyName, policyDocument }) => ({
      name: policyName,
      document: JSON.parse(policyDocument) as object,
    })),
  };
  return JSON.parse(fillTemplate(JSON.stringify(template), parameters)) as Filled;
}

/** @throws ApiError InvalidInput for a parameter that is missing, unknown or of the wrong type */
function parametersOf(definitions: readonly ParameterDefinition[], given: Values): PolicyParameter[] {
  const unknown = Object.keys(given).find((name) => !definitions.some((definition) => definition.name === name));
  if (unknown !== undefined) throw new ApiError('InvalidInput', `The role template has no parameter ${unknown}.`);
  return definitions.flatMap(({ name, type, isRequired, defaultValue }) => {
    const values = given[name]?.values ?? (defaultValue === undefined ? undefined : [defaultValue]);
    if (!values) {
      if (isRequired) throw new ApiError('InvalidInput', `The role template needs a value for ${name}.`);
      return [];
    }
    if (!values.every((value) => isOfType(type, value))) {
      throw new ApiError('InvalidInput', `The values of ${name} must be of type ${type}.`);
    }
    return [{ name, values, type: type.endsWith('List') ? ('stringList' as const) : ('string' as const) }];
  });
}

function isOfType(type: ParameterDefinition['type'], value: string): boolean {
  if (type.startsWith('Number')) return /^-?\d+(?:\.\d+)?$/.test(value);
  return type.startsWith('Arn') ? parseArn(value) !== undefined : true;
}
