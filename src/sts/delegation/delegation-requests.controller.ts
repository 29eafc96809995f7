import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { DelegationRequest } from '../../generated/prisma/client.js';
import {
  createDelegationRequestInput,
  createDelegationRequestOutput,
  delegationRequestIdInput,
  getDelegationRequestInput,
  getDelegationRequestOutput,
  listDelegationRequestsInput,
  listDelegationRequestsOutput,
  notedInput,
  summaryInput,
  summaryOutput,
  tokenOutput,
} from './delegation.schema.js';
import { locateDelegationRequest, locateReadableRequest, requestIdOfArn } from './delegation-request.target.js';
import { DelegationRequestsService } from './delegation-requests.service.js';
import { describeRequest, summarize } from './describe-request.js';
import { RequestedPermissions } from './requested-permissions.service.js';

type Context = OperationContext<DelegationRequest>;
type Named = LocateScope<{ delegationRequestId: string }>;

/** The common part of all steps of a request. */
const step = {
  accessLevel: 'Permissions management',
  locate: ({ input, ...scope }: Named) => locateDelegationRequest(scope, input.delegationRequestId),
  errors: ['NoSuchEntity', 'InvalidInput'],
  effect: 'changes',
} as const;

/** Source: IAM API reference, the operations of these names; docs/delegation.md describes them. */
@Controller()
export class DelegationRequestsController {
  constructor(
    private readonly requests: DelegationRequestsService,
    private readonly permissions: RequestedPermissions,
  ) {}

  @Operation({
    name: 'iam:CreateDelegationRequest',
    summary: 'Create a delegation request for temporary access to an account',
    route: 'POST /v1/delegation-requests',
    status: 201,
    accessLevel: 'Permissions management',
    input: createDelegationRequestInput,
    output: createDelegationRequestOutput,
    conditionKeys: {
      'iam:TemplateArn': ({ input }) => input.permissions.policyTemplateArn,
      'iam:NotificationChannel': ({ input }) => input.notificationChannel,
      'iam:DelegationDuration': ({ input }) => String(input.sessionDuration),
    },
    errors: ['EntityAlreadyExists', 'InvalidInput', 'LimitExceeded'],
    effect: 'changes',
  })
  create(input: z.output<typeof createDelegationRequestInput>, context: OperationContext) {
    return this.requests.create(context, input);
  }

  @Operation({
    name: 'iam:GetDelegationRequest',
    summary: 'Get a delegation request',
    route: 'GET /v1/delegation-requests/:delegationRequestId',
    accessLevel: 'Read',
    longWork: true,
    input: getDelegationRequestInput,
    output: getDelegationRequestOutput,
    locate: ({ input, ...scope }) => locateReadableRequest(scope, input.delegationRequestId),
    errors: ['NoSuchEntity'],
  })
  async get({ delegationPermissionCheck }: z.output<typeof getDelegationRequestInput>, context: Context) {
    const { caller, target, request } = context;
    const delegationRequest = describeRequest(target, request.receivedAt);
    if (!delegationPermissionCheck) return { delegationRequest };
    const permissionCheckResult = await this.permissions.check(caller, target.permissionPolicy, request.receivedAt);
    return { delegationRequest, permissionCheckStatus: 'COMPLETE' as const, permissionCheckResult };
  }

  @Operation({
    name: 'iam:ListDelegationRequests',
    summary: 'List the delegation requests that identities of the account own',
    route: 'GET /v1/delegation-requests',
    accessLevel: 'List',
    input: listDelegationRequestsInput,
    output: listDelegationRequestsOutput,
    errors: [],
  })
  list(input: z.output<typeof listDelegationRequestsInput>, context: OperationContext) {
    return this.requests.list(context, input);
  }

  @Operation({
    ...step,
    name: 'iam:AssociateDelegationRequest',
    summary: 'Become the owner of a delegation request',
    route: 'PUT /v1/delegation-requests/:delegationRequestId/owner',
    input: delegationRequestIdInput,
  })
  associate(_input: z.output<typeof delegationRequestIdInput>, context: Context) {
    return this.requests.associate(context);
  }

  @Operation({
    ...step,
    name: 'iam:UpdateDelegationRequest',
    summary: 'Forward a delegation request for approval, with notes',
    route: 'PATCH /v1/delegation-requests/:delegationRequestId',
    input: notedInput,
  })
  update({ notes }: z.output<typeof notedInput>, context: Context) {
    return this.requests.update(context, notes);
  }

  @Operation({
    ...step,
    name: 'iam:AcceptDelegationRequest',
    summary: 'Approve a delegation request',
    route: 'PUT /v1/delegation-requests/:delegationRequestId/acceptance',
    input: delegationRequestIdInput,
  })
  accept(_input: z.output<typeof delegationRequestIdInput>, context: Context) {
    return this.requests.accept(context);
  }

  @Operation({
    ...step,
    name: 'iam:RejectDelegationRequest',
    summary: 'Reject a delegation request, or withdraw an approval',
    route: 'PUT /v1/delegation-requests/:delegationRequestId/rejection',
    input: notedInput,
  })
  reject({ notes }: z.output<typeof notedInput>, context: Context) {
    return this.requests.reject(context, notes);
  }

  @Operation({
    ...step,
    name: 'iam:SendDelegationToken',
    summary: 'Release the exchange token of an approved delegation request',
    route: 'POST /v1/delegation-requests/:delegationRequestId/token-release',
    input: delegationRequestIdInput,
  })
  sendToken(_input: z.output<typeof delegationRequestIdInput>, context: Context) {
    return this.requests.sendToken(context);
  }

  @Operation({
    name: 'gatehouse:RetrieveDelegationToken',
    summary: 'Retrieve the exchange token that was released for a request of the account',
    route: 'POST /v1/delegation-requests/:delegationRequestId/token',
    accessLevel: 'Write',
    input: delegationRequestIdInput,
    output: tokenOutput,
    locate: ({ input, ...scope }) => locateReadableRequest(scope, input.delegationRequestId),
    errors: ['NoSuchEntity', 'InvalidInput'],
    effect: 'changes',
  })
  token(_input: z.output<typeof delegationRequestIdInput>, context: Context) {
    return Promise.resolve({ tradeInToken: this.requests.token(context) });
  }

  @Operation({
    name: 'iam:GetHumanReadableSummary',
    summary: 'Get a plain-text summary of a delegation request',
    route: 'GET /v1/human-readable-summary',
    accessLevel: 'Read',
    input: summaryInput,
    output: summaryOutput,
    locate: ({ input, ...scope }) => locateReadableRequest(scope, requestIdOfArn(input.entityArn)),
    errors: ['NoSuchEntity', 'InvalidInput'],
  })
  summary({ locale }: z.output<typeof summaryInput>, { target }: Context) {
    return Promise.resolve(summarize(target, locale));
  }
}
