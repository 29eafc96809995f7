import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { AuthorizationMessages } from '../../access/authorization/authorization-messages.service.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { accountIdOfAccessKeyId } from '../../kernel/unique-ids.js';
import {
  decodeAuthorizationMessageInput,
  decodeAuthorizationMessageOutput,
  getAccessKeyInfoInput,
  getAccessKeyInfoOutput,
} from './sts.schema.js';

const getCallerIdentityInput = z.strictObject({});
const getCallerIdentityOutput = z.object({ userId: z.string(), account: z.string(), arn: z.string() });

/** Source: AWS STS API reference. */
@Controller()
export class StsController {
  constructor(private readonly messages: AuthorizationMessages) {}

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
    effect: 'readsMemory',
  })
  getCallerIdentity(_input: z.output<typeof getCallerIdentityInput>, { caller }: OperationContext) {
    return Promise.resolve({ userId: caller.principalId, account: caller.accountId, arn: caller.arn });
  }

  @Operation({
    name: 'sts:GetAccessKeyInfo',
    summary: 'Which account does an access key id belong to?',
    description: 'Read from the id itself: it does not tell whether there is such a key.',
    route: 'GET /v1/access-keys/:accessKeyId/account',
    accessLevel: 'Read',
    input: getAccessKeyInfoInput,
    output: getAccessKeyInfoOutput,
    errors: [],
    effect: 'readsMemory',
  })
  getAccessKeyInfo({ accessKeyId }: z.output<typeof getAccessKeyInfoInput>) {
    const account = accountIdOfAccessKeyId(accessKeyId);
    if (account === undefined) throw new ApiError('ValidationError', `Invalid length or format of ${accessKeyId}`);
    return Promise.resolve({ account });
  }

  @Operation({
    name: 'sts:DecodeAuthorizationMessage',
    summary: 'Read all that decided a denial',
    description:
      'Denials carry an encoded message: of this API as encodedAuthorizationMessage, of decisions in their context. It opens for the account of whoever was denied.',
    route: 'POST /v1/authorization-messages/decode',
    accessLevel: 'Write',
    input: decodeAuthorizationMessageInput,
    output: decodeAuthorizationMessageOutput,
    errors: ['InvalidAuthorizationMessageException'],
    effect: 'leavesTrace',
  })
  decodeAuthorizationMessage(
    { encodedMessage }: z.output<typeof decodeAuthorizationMessageInput>,
    { caller }: OperationContext,
  ) {
    return Promise.resolve({ decodedMessage: this.messages.decode(caller.accountId, encodedMessage) });
  }
}
