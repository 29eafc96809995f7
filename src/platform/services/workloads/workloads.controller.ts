import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../../operations/declaration.js';
import { Operation } from '../../../operations/operation.decorator.js';
import { namedAccount } from '../../../tenancy/accounts/account.target.js';
import { accountOfHandedRole } from '../handed-role.js';
import { type FullWorkload, locateWorkload } from './workload.target.js';
import {
  listWorkloadsInput,
  listWorkloadsOutput,
  type RegisterWorkload,
  registerWorkloadInput,
  workloadInput,
  workloadOutput,
  workloadWithTokenOutput,
} from './workloads.schema.js';
import { describeWorkload, WorkloadsService } from './workloads.service.js';

/** Services register the workloads that they run for customers; customers can list and delete them. */
@Controller()
export class WorkloadsController {
  constructor(private readonly workloads: WorkloadsService) {}

  @Operation({
    name: 'gatehouse:RegisterWorkload',
    summary: 'Register a workload that uses a customer’s role',
    description:
      'The trust policy of the role must name the service, for the account and ARN of the workload. ' +
      'First check that the customer may pass the role (`POST /v1/pass-role-checks`). The ' +
      'authorization token is returned only in this response.',
    route: 'POST /v1/workloads',
    status: 201,
    accessLevel: 'Write',
    access: 'service',
    input: registerWorkloadInput,
    output: workloadWithTokenOutput,
    account: accountOfHandedRole,
    locate: ({ input }) => ({ arn: (input.roleArn ?? input.instanceProfileArn)!, row: undefined }),
    errors: ['InvalidInput', 'LimitExceeded'],
    effect: 'changes',
  })
  registerWorkload(input: RegisterWorkload, context: OperationContext) {
    return this.workloads.register(context, input);
  }

  @Operation({
    name: 'gatehouse:GetWorkload',
    summary: 'Get a workload of an account',
    route: 'GET /v1/accounts/:accountId/workloads/:workloadId',
    accessLevel: 'Read',
    input: workloadInput,
    output: workloadOutput,
    account: namedAccount,
    locate: locateWorkload,
    errors: ['NoSuchEntity'],
  })
  getWorkload(_input: z.output<typeof workloadInput>, { target, partition }: OperationContext<FullWorkload>) {
    return Promise.resolve({ workload: describeWorkload(target, partition) });
  }

  @Operation({
    name: 'gatehouse:ListWorkloads',
    summary: 'List the workloads of an account',
    description: 'A service sees only the workloads that it registered.',
    route: 'GET /v1/accounts/:accountId/workloads',
    accessLevel: 'List',
    input: listWorkloadsInput,
    output: listWorkloadsOutput,
    account: namedAccount,
    errors: [],
  })
  listWorkloads(input: z.output<typeof listWorkloadsInput>, context: OperationContext) {
    return this.workloads.list(context, input);
  }

  @Operation({
    name: 'gatehouse:RenewWorkloadToken',
    summary: 'Replace the authorization token of a workload',
    description: 'The previous token becomes invalid.',
    route: 'POST /v1/accounts/:accountId/workloads/:workloadId/authorization-token',
    status: 201,
    accessLevel: 'Write',
    access: 'service',
    input: workloadInput,
    output: workloadWithTokenOutput,
    account: namedAccount,
    locate: locateWorkload,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  renewWorkloadToken(_input: z.output<typeof workloadInput>, context: OperationContext<FullWorkload>) {
    return this.workloads.renewToken(context);
  }

  @Operation({
    name: 'gatehouse:DeregisterWorkload',
    summary: 'Delete a workload',
    description: 'Its token becomes invalid. Credentials that were already issued remain valid until they expire.',
    route: 'DELETE /v1/accounts/:accountId/workloads/:workloadId',
    accessLevel: 'Write',
    input: workloadInput,
    account: namedAccount,
    locate: locateWorkload,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async deregisterWorkload(_input: z.output<typeof workloadInput>, { tx, target }: OperationContext<FullWorkload>) {
    await this.workloads.deregister(tx, target);
  }
}
