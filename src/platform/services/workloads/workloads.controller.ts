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

/** Services register what they run for customers; customers see it, and can put an end to it. */
@Controller()
export class WorkloadsController {
  constructor(private readonly workloads: WorkloadsService) {}

  @Operation({
    name: 'gatehouse:RegisterWorkload',
    summary: 'Register an instance or function that acts with a customer’s role',
    description:
      'The role’s trust policy must name the service, for the workload’s account and ARN. Check before that the customer may pass the role (`POST /v1/pass-role-checks`). The authorization token is shown here and never again.',
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
    description: 'A service sees those that it registered.',
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
    summary: 'Give a workload a new authorization token',
    description: 'The one before is worth nothing from then on.',
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
    summary: 'Put an end to a workload’s credentials',
    description: 'Its token is worth nothing from then on. Credentials that it has already run out in their time.',
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
