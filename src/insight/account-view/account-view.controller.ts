import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { AccountSummaryService } from './account-summary.service.js';
import {
  accountSummaryInput,
  accountSummaryOutput,
  authorizationDetailsInput,
  authorizationDetailsOutput,
} from './account-view.schema.js';
import { AuthorizationDetailsService } from './authorization-details.service.js';

/** Source: IAM API reference, operations on the account as a whole. */
@Controller()
export class AccountViewController {
  constructor(
    private readonly summary: AccountSummaryService,
    private readonly details: AuthorizationDetailsService,
  ) {}

  @Operation({
    name: 'iam:GetAccountSummary',
    summary: 'Get the entity counts and quotas of the account',
    route: 'GET /v1/account/summary',
    accessLevel: 'List',
    input: accountSummaryInput,
    output: accountSummaryOutput,
    errors: [],
  })
  async getAccountSummary(_input: z.output<typeof accountSummaryInput>, { tx, accountId }: OperationContext) {
    return { summaryMap: await this.summary.describe(tx, accountId) };
  }

  @Operation({
    name: 'iam:GetAccountAuthorizationDetails',
    summary: 'Get all users, groups, roles and policies with their relationships and permissions',
    description:
      'Returns users first, then groups, roles, customer managed policies, and the platform-managed policies in use.',
    route: 'GET /v1/account/authorization-details',
    accessLevel: 'Read',
    input: authorizationDetailsInput,
    output: authorizationDetailsOutput,
    errors: [],
  })
  getAccountAuthorizationDetails(input: z.output<typeof authorizationDetailsInput>, context: OperationContext) {
    return this.details.list(context, input);
  }
}
