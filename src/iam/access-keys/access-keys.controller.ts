import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { userName } from '../../kernel/iam-names.schema.js';
import { pagingInput, pagingOutput } from '../../kernel/paging/paging.js';
import type { Identity } from '../../generated/prisma/client.js';
import { locateUserOrCaller } from '../resources/identity.target.js';
import { type AccessKeyUser, locateAccessKeyUser } from './access-key.target.js';
import { AccessKeysService } from './access-keys.service.js';

const accessKeyId = z
  .string()
  .min(16)
  .max(128)
  .regex(/^[\w]+$/);
const status = z.enum(['Active', 'Inactive']);

const createAccessKeyInput = z.strictObject({ userName: userName.optional() });
const createAccessKeyOutput = z.object({
  accessKey: z
    .object({
      userName: z.string(),
      accessKeyId: z.string(),
      status,
      secretAccessKey: z.string(),
      createDate: z.date(),
    })
    .meta({ id: 'AccessKey' }),
});
const listAccessKeysInput = z.strictObject({ userName: userName.optional(), ...pagingInput });
const listAccessKeysOutput = z.object({
  accessKeyMetadata: z.array(
    z
      .object({ userName: z.string(), accessKeyId: z.string(), status, createDate: z.date() })
      .meta({ id: 'AccessKeyMetadata' }),
  ),
  ...pagingOutput,
});
const updateAccessKeyInput = z.strictObject({ userName: userName.optional(), accessKeyId, status });
const accessKeyInput = z.strictObject({ userName: userName.optional(), accessKeyId });
const lastUsedInput = z.strictObject({ accessKeyId });
const lastUsedOutput = z.object({
  userName: z.string(),
  accessKeyLastUsed: z
    .object({ lastUsedDate: z.date().optional(), serviceName: z.string(), region: z.string() })
    .meta({ id: 'AccessKeyLastUsed' }),
});

const onUser = { locate: locateUserOrCaller };

/** Source: IAM API reference, the operations on access keys. */
@Controller()
export class AccessKeysController {
  constructor(private readonly accessKeys: AccessKeysService) {}

  @Operation({
    name: 'iam:CreateAccessKey',
    summary: 'Create an access key',
    description: 'The secret is returned only in this response.',
    route: 'POST /v1/access-keys',
    status: 201,
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: createAccessKeyInput,
    output: createAccessKeyOutput,
    ...onUser,
    errors: ['NoSuchEntity', 'LimitExceeded'],
    effect: 'changes',
  })
  async createAccessKey(
    _input: z.output<typeof createAccessKeyInput>,
    context: OperationContext<Identity | undefined>,
  ) {
    return { accessKey: await this.accessKeys.create(context) };
  }

  @Operation({
    name: 'iam:ListAccessKeys',
    summary: 'List the access keys of a user',
    route: 'GET /v1/access-keys',
    accessLevel: 'List',
    input: listAccessKeysInput,
    output: listAccessKeysOutput,
    ...onUser,
    errors: ['NoSuchEntity'],
  })
  listAccessKeys(input: z.output<typeof listAccessKeysInput>, context: OperationContext<Identity | undefined>) {
    return this.accessKeys.list(context, input);
  }

  @Operation({
    name: 'iam:UpdateAccessKey',
    summary: 'Activate or deactivate an access key',
    route: 'PATCH /v1/access-keys/:accessKeyId',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: updateAccessKeyInput,
    ...onUser,
    errors: ['NoSuchEntity'],
  })
  async updateAccessKey(input: z.output<typeof updateAccessKeyInput>, context: OperationContext<Identity | undefined>) {
    await this.accessKeys.setStatus(context, input.accessKeyId, input.status);
  }

  @Operation({
    name: 'iam:DeleteAccessKey',
    summary: 'Delete an access key',
    route: 'DELETE /v1/access-keys/:accessKeyId',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: accessKeyInput,
    ...onUser,
    errors: ['NoSuchEntity'],
  })
  async deleteAccessKey(input: z.output<typeof accessKeyInput>, context: OperationContext<Identity | undefined>) {
    await this.accessKeys.delete(context, input.accessKeyId);
  }

  @Operation({
    name: 'iam:GetAccessKeyLastUsed',
    summary: 'Get when an access key was last used, and for which service',
    route: 'GET /v1/access-keys/:accessKeyId/last-used',
    accessLevel: 'Read',
    input: lastUsedInput,
    output: lastUsedOutput,
    locate: ({ input, ...scope }) => locateAccessKeyUser(scope, input.accessKeyId),
    errors: [],
  })
  getAccessKeyLastUsed(_input: z.output<typeof lastUsedInput>, { target }: OperationContext<AccessKeyUser>) {
    return this.accessKeys.describeUse(target);
  }
}
