import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { RoleTemplate, RoleTemplateVersion } from '../../generated/prisma/client.js';
import { roleTemplateArn } from './role-template.target.js';
import {
  type putRoleTemplateInput,
  type roleTemplateVersion,
  type TemplateDefinition,
  templateColumn,
} from './role-templates.schema.js';

/** There is one line of versions: what changes the meaning of a template is another template. */
const MAJOR_VERSION = 1;

/** Of a version: the policies of a role have a sixth of it at most, placeholders are longer than what fills them. */
const MAXIMUM_CHARACTERS = 65_536;

/** Templates as the operator keeps them. */
@Injectable()
export class RoleTemplatesService {
  /**
   * Creates a template, adds a version to it, or switches it on or off.
   *
   * @throws ApiError InvalidInput, LimitExceeded
   */
  async put({ tx, partition }: OperationContext, input: z.output<typeof putRoleTemplateInput>) {
    const nameKey = input.templateName.toLowerCase();
    const known = await tx.roleTemplate.findUnique({ where: { nameKey } });
    if (!known && !input.version) throw new ApiError('InvalidInput', 'A new role template needs a version.');
    if (input.version) requireFillable(input.version);
    const minorVersion = (known?.defaultMinorVersion ?? 0) + (input.version ? 1 : 0);
    const changes = {
      ...(input.description === undefined ? {} : { description: input.description }),
      ...(input.enabled === undefined ? {} : { enabled: input.enabled }),
      defaultMinorVersion: minorVersion,
    };
    const template = await tx.roleTemplate.upsert({
      where: { nameKey },
      create: { nameKey, name: input.templateName, ...changes },
      update: changes,
    });
    if (input.version) {
      const definition = input.version;
      await tx.roleTemplateVersion.create({ data: { nameKey, minorVersion, versionId: randomUUID(), definition } });
    }
    return this.describe(template, await this.version(tx, template, undefined), partition);
  }

  /** @throws ApiError NoSuchEntity */
  async version(
    tx: Transaction,
    template: RoleTemplate,
    minorVersion: number | undefined,
  ): Promise<RoleTemplateVersion> {
    const { nameKey, defaultMinorVersion } = template;
    const wanted = minorVersion ?? defaultMinorVersion;
    const where = { nameKey_minorVersion: { nameKey, minorVersion: wanted } };
    const version = await tx.roleTemplateVersion.findUnique({ where });
    if (version) return version;
    throw new ApiError('NoSuchEntity', `Version ${wanted} of the role template ${template.name} cannot be found.`);
  }

  describe(
    template: RoleTemplate,
    version: RoleTemplateVersion,
    partition: string,
  ): z.input<typeof roleTemplateVersion> {
    return {
      ...templateColumn.read(version.definition),
      templateArn: roleTemplateArn(partition, template.name),
      templateName: template.name,
      templateVersionId: version.versionId,
      description: template.description,
      majorVersion: MAJOR_VERSION,
      defaultMinorVersion: template.defaultMinorVersion,
      managedByType: 'Service',
      managedByValue: 'gatehouse',
      enabled: template.enabled,
      minorVersion: version.minorVersion,
      versionEnabled: template.enabled,
      createTimestamp: version.createdAt,
      updateTimestamp: version.createdAt,
    };
  }
}

/** The rest of what a document must be is checked when a role is made of it, with its parameters filled in. */
function requireFillable(definition: TemplateDefinition): void {
  if (JSON.stringify(definition).length > MAXIMUM_CHARACTERS) {
    throw new ApiError('LimitExceeded', `A role template has ${MAXIMUM_CHARACTERS} characters at most.`);
  }
  const { assumeRolePolicyDocumentTemplate, inlinePolicyTemplates } = definition;
  for (const text of [assumeRolePolicyDocumentTemplate, ...inlinePolicyTemplates.map((one) => one.policyDocument)]) {
    try {
      JSON.parse(text);
    } catch {
      throw new ApiError('InvalidInput', 'The documents of a role template must be JSON.');
    }
  }
}
