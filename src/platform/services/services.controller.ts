import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Service } from '../../generated/prisma/client.js';
import { locateService, serviceArn } from './service.target.js';
import {
  listServicesInput,
  listServicesOutput,
  registerServiceInput,
  serviceInput,
  serviceOutput,
  updateServiceInput,
} from './services.schema.js';
import { ServicesService } from './services.service.js';

/** The register of the platform's services. Every account may read it, as its policies allow. */
@Controller()
export class ServicesController {
  constructor(private readonly services: ServicesService) {}

  @Operation({
    name: 'gatehouse:RegisterService',
    summary: 'Register a service of the platform',
    description:
      'For the management account. The access advisor, the searches and the policy tools of every ' +
      'account then include the actions of the service, and its service principal can assume roles.',
    route: 'POST /v1/services',
    status: 201,
    accessLevel: 'Write',
    access: 'management',
    input: registerServiceInput,
    output: serviceOutput,
    locate: ({ input, partition }) => ({ arn: serviceArn(partition, input.prefix), row: undefined }),
    errors: ['EntityAlreadyExists', 'LimitExceeded'],
  })
  async registerService(input: z.output<typeof registerServiceInput>, context: OperationContext) {
    return { service: await this.services.register(context, input) };
  }

  @Operation({
    name: 'gatehouse:GetService',
    summary: 'Get a service with its actions, resource types and condition keys',
    route: 'GET /v1/services/:prefix',
    accessLevel: 'Read',
    input: serviceInput,
    output: serviceOutput,
    locate: locateService,
    errors: ['NoSuchEntity'],
  })
  getService(_input: z.output<typeof serviceInput>, { target, partition }: OperationContext<Service>) {
    return Promise.resolve({ service: this.services.describe(target, partition) });
  }

  @Operation({
    name: 'gatehouse:ListServices',
    summary: 'List the services of the platform',
    route: 'GET /v1/services',
    accessLevel: 'List',
    input: listServicesInput,
    output: listServicesOutput,
    errors: [],
  })
  listServices(input: z.output<typeof listServicesInput>, context: OperationContext) {
    return this.services.list(context, input);
  }

  @Operation({
    name: 'gatehouse:UpdateService',
    summary: 'Replace the definition of a service',
    description:
      'For the management account. The prefix cannot change. The service principal can; roles then ' +
      'trust the new one only if their trust policies name it.',
    route: 'PUT /v1/services/:prefix',
    accessLevel: 'Write',
    access: 'management',
    input: updateServiceInput,
    output: serviceOutput,
    locate: locateService,
    errors: ['EntityAlreadyExists', 'LimitExceeded', 'NoSuchEntity'],
  })
  async updateService(input: z.output<typeof updateServiceInput>, context: OperationContext<Service>) {
    return { service: await this.services.update({ ...context, target: undefined }, input) };
  }

  @Operation({
    name: 'gatehouse:DeregisterService',
    summary: 'Delete a service from the platform',
    description:
      'For the management account. Its access keys become invalid immediately, on every replica. Roles ' +
      'that trust it are kept.',
    route: 'DELETE /v1/services/:prefix',
    accessLevel: 'Write',
    access: 'management',
    input: serviceInput,
    locate: locateService,
    errors: ['NoSuchEntity'],
  })
  async deregisterService(_input: z.output<typeof serviceInput>, { tx, target }: OperationContext<Service>) {
    await this.services.deregister(tx, target);
  }
}
