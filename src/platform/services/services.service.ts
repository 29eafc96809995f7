import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { ServiceCatalogue } from '../../operations/service-catalogue.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { page, pageRequest, type PagingInput } from '../../kernel/paging/paging.js';
import { quotas, requireBelowQuota } from '../../kernel/quotas.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Service } from '../../generated/prisma/client.js';
import { serviceArn } from './service.target.js';
import type { serviceOutput } from './services.schema.js';
import { type ServiceDefinition, definitionColumn } from './service-definition.schema.js';

/** The register of the platform's services, which all catalogues of actions read. */
@Injectable()
export class ServicesService implements OnModuleInit {
  constructor(private readonly catalogue: ServiceCatalogue) {}

  /** Every replica reads the register on every request, so none can be out of date. */
  onModuleInit(): void {
    this.catalogue.add(async (tx) => {
      // Only the names: definitions may be long.
      const rows = await tx.$queryRaw<{ prefix: string; name: string; actions: string[] }[]>`
        SELECT prefix, display_name AS name, jsonb_path_query_array(definition, '$.actions[*].name') AS actions
        FROM services`;
      return rows.map(({ prefix, name, actions }) => ({ namespace: prefix, name, actions: actions.sort() }));
    });
  }

  /** @throws ApiError EntityAlreadyExists, LimitExceeded */
  async register({ tx, partition }: OperationContext, input: ServiceDefinition) {
    if (await tx.service.findUnique({ where: { prefix: input.prefix } })) {
      throw new ApiError('EntityAlreadyExists', `Service ${input.prefix} already exists.`);
    }
    await requireFreePrincipal(tx, input);
    requireBelowQuota('Services', await tx.service.count(), quotas.services);
    await requireRoomForActions(tx, input);
    return this.describe(await tx.service.create({ data: { prefix: input.prefix, ...columns(input) } }), partition);
  }

  /** @throws ApiError EntityAlreadyExists if another service has the principal, LimitExceeded */
  async update({ tx, partition, request }: OperationContext, input: ServiceDefinition) {
    await requireFreePrincipal(tx, input);
    await requireRoomForActions(tx, input);
    const data = { ...columns(input), updatedAt: request.receivedAt };
    return this.describe(await tx.service.update({ where: { prefix: input.prefix }, data }), partition);
  }

  describe(service: Service, partition: string): z.input<typeof serviceOutput>['service'] {
    const { prefix, displayName, servicePrincipal, grantedPrefixes, createdAt, updatedAt } = service;
    const stored = definitionColumn.read(service.definition);
    const { actions, resourceTypes = [], conditionKeys = [], serviceLinkedRoleName } = stored;
    return {
      prefix,
      arn: serviceArn(partition, prefix),
      displayName,
      servicePrincipal,
      ...(serviceLinkedRoleName === undefined ? {} : { serviceLinkedRoleName }),
      createDate: createdAt,
      updateDate: updatedAt,
      grantedPrefixes,
      actions,
      resourceTypes,
      conditionKeys,
    };
  }

  /** Ordered by prefix. */
  async list({ tx, partition }: OperationContext, input: PagingInput) {
    const request = pageRequest(input);
    const rows = await tx.service.findMany({
      where: request.after ? { prefix: { gt: request.after[0]! } } : {},
      orderBy: { prefix: 'asc' },
      take: request.take,
      omit: { definition: true },
    });
    const { items, ...paging } = page(rows, request, ({ prefix }) => [prefix]);
    const services = items.map(({ prefix, displayName, servicePrincipal }) => ({
      prefix,
      arn: serviceArn(partition, prefix),
      displayName,
      servicePrincipal,
    }));
    return { services, ...paging };
  }

  /** Its access keys are deleted with it. */
  async deregister(tx: Transaction, { prefix }: Service): Promise<void> {
    await tx.service.delete({ where: { prefix } });
  }
}

function columns({ displayName, servicePrincipal, grantedPrefixes = [], ...stored }: ServiceDefinition) {
  const { actions, resourceTypes = [], conditionKeys = [], serviceLinkedRoleName } = stored;
  const definition = { actions, resourceTypes, conditionKeys, serviceLinkedRoleName };
  return { displayName, servicePrincipal, grantedPrefixes, definition: definition as object };
}

async function requireFreePrincipal(
  tx: Transaction,
  { prefix, servicePrincipal }: Pick<ServiceDefinition, 'prefix' | 'servicePrincipal'>,
): Promise<void> {
  const taken = await tx.service.count({ where: { servicePrincipal, prefix: { not: prefix } } });
  if (taken > 0) throw new ApiError('EntityAlreadyExists', `Service principal ${servicePrincipal} already exists.`);
}

/** @throws ApiError LimitExceeded */
async function requireRoomForActions(
  tx: Transaction,
  { prefix, actions }: Pick<ServiceDefinition, 'prefix' | 'actions'>,
): Promise<void> {
  const [others] = await tx.$queryRaw<[{ actions: number }]>`
    SELECT coalesce(sum(jsonb_array_length(definition->'actions')), 0)::int AS actions
    FROM services WHERE prefix <> ${prefix}`;
  requireBelowQuota('ActionsOfServices', others.actions + actions.length - 1, quotas.actionsOfServices);
}
