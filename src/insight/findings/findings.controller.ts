import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import type { Target } from '../../access/actions/target.js';
import { Operation } from '../../operations/operation.decorator.js';
import { gatehouseArn } from '../../kernel/arn.js';
import {
  findingIdInput,
  findingOutput,
  listFindingsInput,
  listFindingsOutput,
  suppressInput,
} from './findings.schema.js';
import { FindingsService } from './findings.service.js';

/** Security findings of an account. */
@Controller()
export class FindingsController {
  constructor(private readonly findings: FindingsService) {}

  @Operation({
    name: 'gatehouse:ListSecurityFindings',
    summary: 'List the security findings of the account',
    description: 'Returns the most severe findings first, each with its evidence and the operations that fix it.',
    route: 'GET /v1/security/findings',
    accessLevel: 'List',
    longWork: true,
    input: listFindingsInput,
    output: listFindingsOutput,
    errors: ['LimitExceeded'],
  })
  listSecurityFindings(input: z.output<typeof listFindingsInput>, context: OperationContext) {
    return this.findings.list(context, input);
  }

  @Operation({
    name: 'gatehouse:SuppressSecurityFinding',
    summary: 'Suppress a finding',
    route: 'PUT /v1/security/findings/:findingId/suppression',
    accessLevel: 'Write',
    longWork: true,
    input: suppressInput,
    output: findingOutput,
    locate: locateFinding,
    errors: ['NoSuchEntity', 'LimitExceeded'],
    effect: 'changes',
  })
  async suppressSecurityFinding(input: z.output<typeof suppressInput>, context: OperationContext) {
    return { finding: await this.findings.suppress(context, input) };
  }

  @Operation({
    name: 'gatehouse:UnsuppressSecurityFinding',
    summary: 'Stop suppressing a finding',
    route: 'DELETE /v1/security/findings/:findingId/suppression',
    accessLevel: 'Write',
    input: findingIdInput,
    locate: locateFinding,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async unsuppressSecurityFinding({ findingId }: z.output<typeof findingIdInput>, context: OperationContext) {
    await this.findings.unsuppress(context, findingId);
  }
}

function locateFinding({ input, partition, accountId }: LocateScope<{ findingId: string }>): Target<undefined> {
  return { arn: gatehouseArn(partition, accountId, `finding/${input.findingId}`), row: undefined };
}
