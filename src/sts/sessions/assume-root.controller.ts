import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import type { Target } from '../../access/actions/target.js';
import { Operation } from '../../operations/operation.decorator.js';
import { parseArn, rootArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Account } from '../../generated/prisma/client.js';
import { RootSessions } from './root-sessions.service.js';
import { assumeRootInput, assumeRootOutput } from './sts.schema.js';

type Input = z.output<typeof assumeRootInput>;

/** Source: AWS STS API reference, AssumeRoot. */
@Controller()
export class AssumeRootController {
  constructor(private readonly sessions: RootSessions) {}

  @Operation({
    name: 'sts:AssumeRoot',
    summary: "Get temporary credentials of a member account's root user for one task",
    description:
      'Centralized root access must be enabled. The session has the permissions of its task policy, ' +
      'for at most fifteen minutes.',
    route: 'POST /v1/assume-root',
    status: 201,
    accessLevel: 'Write',
    access: 'management',
    input: assumeRootInput,
    output: assumeRootOutput,
    account: accountOfRoot,
    locate: locateRoot,
    conditionKeys: { 'sts:TaskPolicyArn': ({ input }) => input.taskPolicyArn.arn },
    errors: ['NoSuchEntity', 'AccessDenied', 'ValidationError'],
    effect: 'leavesTrace',
  })
  assumeRoot(input: Input, context: OperationContext<Account>) {
    return this.sessions.issue(context, input);
  }
}

/** @throws ApiError ValidationError */
function accountOfRoot({ targetPrincipal }: Input): string {
  if (/^\d{12}$/.test(targetPrincipal)) return targetPrincipal;
  const arn = parseArn(targetPrincipal);
  if (arn?.service === 'iam' && arn.resource === 'root' && /^\d{12}$/.test(arn.accountId)) return arn.accountId;
  throw new ApiError('ValidationError', `${targetPrincipal} is neither an account ID nor the ARN of a root user`);
}

async function locateRoot({ tx, accountId, partition, caller }: LocateScope<Input>): Promise<Target<Account>> {
  // The management account alone grants the permission: policies of members do not apply.
  const found = { arn: rootArn(partition, accountId), ownerId: caller.accountId };
  const row = await tx.account.findUnique({ where: { accountId } });
  return row ? { ...found, row } : { ...found, missing: `The account ${accountId} does not exist.` };
}
