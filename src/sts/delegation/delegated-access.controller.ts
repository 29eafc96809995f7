import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { DelegatedAccess } from './delegated-access.service.js';
import { delegatedAccessInput, delegatedAccessOutput } from './delegation.schema.js';

/** Source: AWS STS API reference, GetDelegatedAccessToken. */
@Controller()
export class DelegatedAccessController {
  constructor(private readonly access: DelegatedAccess) {}

  @Operation({
    name: 'sts:GetDelegatedAccessToken',
    summary: 'Exchange the token of an approved delegation request for temporary credentials',
    description:
      'For the account that made the request, any number of times until the delegation ends. The ' +
      'credentials have the requested permissions, limited to those of the approver. Revoking the ' +
      'sessions of the approver ends the delegation.',
    route: 'POST /v1/delegated-access-tokens',
    status: 201,
    accessLevel: 'Write',
    input: delegatedAccessInput,
    output: delegatedAccessOutput,
    errors: ['ExpiredTradeInTokenException', 'PackedPolicyTooLarge', 'ValidationError'],
    effect: 'leavesTrace',
  })
  getDelegatedAccessToken(input: z.output<typeof delegatedAccessInput>, context: OperationContext) {
    return this.access.exchange(context, input.tradeInToken);
  }
}
