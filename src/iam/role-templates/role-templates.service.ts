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

/** Versions are linear: a template with a different meaning is another template. */
const MAJOR_VERSION = 1;

/**
 * The maximum size of a version: the policies of a role have at most a sixth of it, and placeholders are longer than
 * their values.
 */
const MAXIMUM_CHARACTERS = 65_536;

/** Role templates, managed by the operator. */
@Injectable()
export class RoleTemplatesService {
  /**
   * Creates a template, adds a version to it, or enables or disables it.
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

/** Everything else in a document is validated when a role is created from it, with its parameters filled in. */
function requireFillable(definition: TemplateDefinition): void {
  if (JSON.stringify(definition).length > MAXIMUM_CHARACTERS) {
    throw new ApiError('LimitExceeded', `A role template can have at most ${MAXIMUM_CHARACTERS} characters.`);
  }
  const { assumeRolePolicyDocumentTemplate, inlinePolicyTemplates } = definition;
  for (const text of [assumeRolePolicyDocumentTemplate, ...inlinePolicyTemplates.map((one) => one.policyDocument)]) {
    try {
      JSON.parse(text);
    } catch {
      throw new ApiError('InvalidInput', 'The documents of a role template must be valid JSON.');
    }
  }
}
