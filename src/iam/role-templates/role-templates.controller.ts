import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { RoleTemplate } from '../../generated/prisma/client.js';
import { AcquireRoleService } from './acquire-role.service.js';
import { locateRoleTemplate, roleTemplateArn } from './role-template.target.js';
import {
  acquireRoleInput,
  acquireRoleOutput,
  getRoleTemplateVersionInput,
  putRoleTemplateInput,
  roleTemplateVersionOutput,
} from './role-templates.schema.js';
import { RoleTemplatesService } from './role-templates.service.js';

type Context = OperationContext<RoleTemplate>;

/** On AWS, its services own role templates; here the operator does. Source: IAM API reference, AcquireRole. */
@Controller()
export class RoleTemplatesController {
  constructor(
    private readonly templates: RoleTemplatesService,
    private readonly acquisition: AcquireRoleService,
  ) {}

  @Operation({
    name: 'gatehouse:PutRoleTemplate',
    summary: 'Create, update, enable or disable a role template',
    description: 'All accounts may create roles from the template. Versions are immutable; the newest is the default.',
    route: 'PUT /v1/role-templates/:templateName',
    accessLevel: 'Permissions management',
    access: 'management',
    input: putRoleTemplateInput,
    output: roleTemplateVersionOutput,
    locate: ({ partition, input, caller }) => ({
      arn: roleTemplateArn(partition, input.templateName),
      row: undefined,
      ownerId: caller.isManagement ? caller.accountId : 'aws',
    }),
    errors: ['InvalidInput', 'LimitExceeded'],
    effect: 'changes',
  })
  async put(input: z.output<typeof putRoleTemplateInput>, context: OperationContext) {
    return { roleTemplateVersion: await this.templates.put(context, input) };
  }

  @Operation({
    name: 'iam:GetRoleTemplateVersion',
    summary: 'Get a version of a role template',
    route: 'GET /v1/role-templates/version',
    accessLevel: 'Read',
    input: getRoleTemplateVersionInput,
    output: roleTemplateVersionOutput,
    locate: ({ input, ...scope }) => locateRoleTemplate(scope, input.templateArn),
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  async get({ minorVersion }: z.output<typeof getRoleTemplateVersionInput>, { tx, target, partition }: Context) {
    const version = await this.templates.version(tx, target, minorVersion);
    return { roleTemplateVersion: this.templates.describe(target, version, partition) };
  }

  @Operation({
    name: 'iam:AcquireRole',
    summary: 'Create a role from a role template',
    route: 'POST /v1/role-templates/roles',
    status: 201,
    accessLevel: 'Write',
    input: acquireRoleInput,
    output: acquireRoleOutput,
    locate: ({ input, ...scope }) => locateRoleTemplate(scope, input.templateArn),
    errors: [
      'NoSuchEntity',
      'InvalidInput',
      'LimitExceeded',
      'MalformedPolicyDocument',
      'NameConflictException',
      'RoleTemplateDisabledException',
    ],
  })
  async acquireRole(input: z.output<typeof acquireRoleInput>, context: Context) {
    return { role: await this.acquisition.acquire(context, input) };
  }
}
