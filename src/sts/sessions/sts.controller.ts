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
    summary: 'Get the identity of the caller',
    description: 'Requires no permission, and no policy can deny it.',
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
    summary: 'Get the account of an access key ID',
    description: 'The account is part of the ID. The response does not state whether the key exists.',
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
    summary: 'Decode an encoded authorization message',
    description:
      'An access denied error contains an encoded message: errors of this API as ' +
      'encodedAuthorizationMessage, decisions in their context. The account of the denied principal ' +
      'can decode it.',
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
