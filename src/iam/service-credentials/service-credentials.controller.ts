import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Identity } from '../../generated/prisma/client.js';
import { locateIdentity, locateUserOrCaller } from '../resources/identity.target.js';
import {
  createServiceCredentialInput,
  listServiceCredentialsInput,
  listServiceCredentialsOutput,
  serviceCredentialInput,
  serviceCredentialOutput,
  updateServiceCredentialInput,
  verifyServiceCredentialInput,
  verifyServiceCredentialOutput,
} from './service-credentials.schema.js';
import { ServiceCredentialsService } from './service-credentials.service.js';

type Context = OperationContext<Identity | undefined>;

/** Source: IAM API reference, the operations on service-specific credentials. */
@Controller()
export class ServiceCredentialsController {
  constructor(private readonly credentials: ServiceCredentialsService) {}

  @Operation({
    name: 'iam:CreateServiceSpecificCredential',
    summary: 'Create a service-specific credential for a user',
    description: 'The password or secret is returned only in this response.',
    route: 'POST /v1/users/:userName/service-specific-credentials',
    status: 201,
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: createServiceCredentialInput,
    output: serviceCredentialOutput,
    locate: ({ input, ...scope }: LocateScope<{ userName: string }>) => locateIdentity(scope, 'user', input.userName),
    conditionKeys: { 'iam:ServiceSpecificCredentialServiceName': ({ input }) => input.serviceName },
    errors: ['NoSuchEntity', 'LimitExceeded'],
    effect: 'changes',
  })
  async createServiceSpecificCredential(
    input: z.output<typeof createServiceCredentialInput>,
    context: OperationContext<Identity>,
  ) {
    return { serviceSpecificCredential: await this.credentials.create(context, input) };
  }

  @Operation({
    name: 'iam:ListServiceSpecificCredentials',
    summary: 'List the service-specific credentials of a user, or of all users',
    route: 'GET /v1/service-specific-credentials',
    accessLevel: 'List',
    input: listServiceCredentialsInput,
    output: listServiceCredentialsOutput,
    locate: (scope) => {
      const { allUsers, userName } = scope.input;
      if (!allUsers || userName !== undefined) return locateUserOrCaller(scope);
      return { arn: `arn:${scope.partition}:iam::${scope.accountId}:user/*`, row: undefined };
    },
    errors: ['NoSuchEntity'],
  })
  listServiceSpecificCredentials(input: z.output<typeof listServiceCredentialsInput>, context: Context) {
    return this.credentials.list(context, input);
  }

  @Operation({
    name: 'iam:UpdateServiceSpecificCredential',
    summary: 'Activate or deactivate a service-specific credential',
    route: 'PATCH /v1/service-specific-credentials/:serviceSpecificCredentialId',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: updateServiceCredentialInput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async updateServiceSpecificCredential(input: z.output<typeof updateServiceCredentialInput>, context: Context) {
    await this.credentials.setStatus(context, input.serviceSpecificCredentialId, input.status);
  }

  @Operation({
    name: 'iam:ResetServiceSpecificCredential',
    summary: 'Reset the secret of a service-specific credential',
    description: 'The old secret becomes invalid. The new one is returned only in this response.',
    route: 'POST /v1/service-specific-credentials/:serviceSpecificCredentialId/reset',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: serviceCredentialInput,
    output: serviceCredentialOutput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async resetServiceSpecificCredential(input: z.output<typeof serviceCredentialInput>, context: Context) {
    return { serviceSpecificCredential: await this.credentials.reset(context, input.serviceSpecificCredentialId) };
  }

  @Operation({
    name: 'iam:DeleteServiceSpecificCredential',
    summary: 'Delete a service-specific credential',
    route: 'DELETE /v1/service-specific-credentials/:serviceSpecificCredentialId',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: serviceCredentialInput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async deleteServiceSpecificCredential(input: z.output<typeof serviceCredentialInput>, context: Context) {
    await this.credentials.delete(context, input.serviceSpecificCredentialId);
  }

  @Operation({
    name: 'gatehouse:VerifyServiceSpecificCredential',
    summary: 'Verify a service-specific credential and return its owner',
    description:
      'For the service to which a client presented the credential. Principals of the management ' +
      'account may verify credentials of every account, others those of their own account.',
    route: 'POST /v1/service-specific-credentials/verify',
    accessLevel: 'Read',
    input: verifyServiceCredentialInput,
    output: verifyServiceCredentialOutput,
    errors: [],
  })
  verifyServiceSpecificCredential(input: z.output<typeof verifyServiceCredentialInput>, context: OperationContext) {
    return this.credentials.verify(context, input);
  }
}
