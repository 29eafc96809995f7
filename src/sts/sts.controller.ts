import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { OperationContext } from '../access/operations/operation.js';
import { Operation } from '../access/operations/operation.decorator.js';

const getCallerIdentityInput = z.strictObject({});
const getCallerIdentityOutput = z.object({ userId: z.string(), account: z.string(), arn: z.string() });

/** Source: AWS STS API reference. */
@Controller()
export class StsController {
  @Operation({
    name: 'sts:GetCallerIdentity',
    summary: 'Who am I?',
    description: 'Needs no permission, and no policy can deny it.',
    route: 'GET /v1/caller-identity',
    accessLevel: 'Read',
    access: 'authenticated',
    input: getCallerIdentityInput,
    output: getCallerIdentityOutput,
    errors: [],
  })
  getCallerIdentity(_input: z.output<typeof getCallerIdentityInput>, { caller }: OperationContext) {
    return Promise.resolve({ userId: caller.principalId, account: caller.accountId, arn: caller.arn });
  }
}
