import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Service } from '../../generated/prisma/client.js';
import { ServiceAccessKeysService } from './service-access-keys.service.js';
import { locateService } from './service.target.js';
import {
  createServiceAccessKeyOutput,
  listServiceAccessKeysOutput,
  serviceAccessKeyInput,
  serviceAccessKeysInput,
  serviceInput,
  updateServiceAccessKeyInput,
} from './services.schema.js';

const onService = { access: 'management', locate: locateService } as const;

/** The operator's operations on the access keys of services. */
@Controller()
export class ServiceAccessKeysController {
  constructor(private readonly accessKeys: ServiceAccessKeysService) {}

  @Operation({
    name: 'gatehouse:CreateServiceAccessKey',
    summary: 'Create an access key of a service',
    description: 'For the management account. The secret is returned only in this response.',
    route: 'POST /v1/services/:prefix/access-keys',
    status: 201,
    accessLevel: 'Write',
    changesCredentials: true,
    input: serviceInput,
    output: createServiceAccessKeyOutput,
    ...onService,
    errors: ['NoSuchEntity', 'LimitExceeded'],
    effect: 'changes',
  })
  async createServiceAccessKey(_input: z.output<typeof serviceInput>, context: OperationContext<Service>) {
    return { accessKey: await this.accessKeys.create(context) };
  }

  @Operation({
    name: 'gatehouse:ListServiceAccessKeys',
    summary: 'List the access keys of a service',
    route: 'GET /v1/services/:prefix/access-keys',
    accessLevel: 'List',
    input: serviceAccessKeysInput,
    output: listServiceAccessKeysOutput,
    ...onService,
    errors: ['NoSuchEntity'],
  })
  listServiceAccessKeys(input: z.output<typeof serviceAccessKeysInput>, context: OperationContext<Service>) {
    return this.accessKeys.list(context, input);
  }

  @Operation({
    name: 'gatehouse:UpdateServiceAccessKey',
    summary: 'Activate or deactivate an access key of a service',
    route: 'PATCH /v1/services/:prefix/access-keys/:accessKeyId',
    accessLevel: 'Write',
    changesCredentials: true,
    input: updateServiceAccessKeyInput,
    ...onService,
    errors: ['NoSuchEntity'],
  })
  async updateServiceAccessKey(
    { accessKeyId, status }: z.output<typeof updateServiceAccessKeyInput>,
    context: OperationContext<Service>,
  ) {
    await this.accessKeys.setStatus(context, accessKeyId, status);
  }

  @Operation({
    name: 'gatehouse:DeleteServiceAccessKey',
    summary: 'Delete an access key of a service',
    route: 'DELETE /v1/services/:prefix/access-keys/:accessKeyId',
    accessLevel: 'Write',
    changesCredentials: true,
    input: serviceAccessKeyInput,
    ...onService,
    errors: ['NoSuchEntity'],
  })
  async deleteServiceAccessKey(
    { accessKeyId }: z.output<typeof serviceAccessKeyInput>,
    context: OperationContext<Service>,
  ) {
    await this.accessKeys.delete(context, accessKeyId);
  }
}
