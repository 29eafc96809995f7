import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import type { Identity } from '../../generated/prisma/client.js';
import { locateIdentity, locateUserOrCaller } from '../resources/identity.target.js';
import {
  getSshPublicKeyInput,
  listSshPublicKeysInput,
  listSshPublicKeysOutput,
  sshPublicKeyInput,
  sshPublicKeyOutput,
  updateSshPublicKeyInput,
  uploadSshPublicKeyInput,
} from './ssh-public-keys.schema.js';
import { SshPublicKeysService } from './ssh-public-keys.service.js';

const onUser = {
  locate: ({ input, ...scope }: LocateScope<{ userName: string }>) => locateIdentity(scope, 'user', input.userName),
};

/** Source: IAM API reference, the operations on SSH public keys. */
@Controller()
export class SshPublicKeysController {
  constructor(private readonly keys: SshPublicKeysService) {}

  @Operation({
    name: 'iam:UploadSSHPublicKey',
    summary: 'Upload an SSH public key for a user',
    route: 'POST /v1/users/:userName/ssh-public-keys',
    status: 201,
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: uploadSshPublicKeyInput,
    output: sshPublicKeyOutput,
    ...onUser,
    errors: [
      'NoSuchEntity',
      'UnrecognizedPublicKeyEncoding',
      'InvalidPublicKey',
      'DuplicateSSHPublicKey',
      'LimitExceeded',
    ],
    effect: 'changes',
  })
  async uploadSshPublicKey(
    { sshPublicKeyBody }: z.output<typeof uploadSshPublicKeyInput>,
    context: OperationContext<Identity>,
  ) {
    return { sshPublicKey: await this.keys.upload(context, sshPublicKeyBody) };
  }

  @Operation({
    name: 'iam:GetSSHPublicKey',
    summary: 'Get an SSH public key of a user',
    route: 'GET /v1/users/:userName/ssh-public-keys/:sshPublicKeyId',
    accessLevel: 'Read',
    input: getSshPublicKeyInput,
    output: sshPublicKeyOutput,
    ...onUser,
    errors: ['NoSuchEntity'],
  })
  async getSshPublicKey(input: z.output<typeof getSshPublicKeyInput>, context: OperationContext<Identity>) {
    return { sshPublicKey: await this.keys.get(context, input) };
  }

  @Operation({
    name: 'iam:ListSSHPublicKeys',
    summary: 'List the SSH public keys of a user',
    description: 'Without a user name, lists the keys of the caller.',
    route: 'GET /v1/ssh-public-keys',
    accessLevel: 'List',
    input: listSshPublicKeysInput,
    output: listSshPublicKeysOutput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
  })
  listSshPublicKeys(input: z.output<typeof listSshPublicKeysInput>, context: OperationContext<Identity | undefined>) {
    return this.keys.list(context, input);
  }

  @Operation({
    name: 'iam:UpdateSSHPublicKey',
    summary: 'Activate or deactivate an SSH public key',
    route: 'PATCH /v1/users/:userName/ssh-public-keys/:sshPublicKeyId',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: updateSshPublicKeyInput,
    ...onUser,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async updateSshPublicKey(
    { sshPublicKeyId, status }: z.output<typeof updateSshPublicKeyInput>,
    context: OperationContext<Identity>,
  ) {
    await this.keys.setStatus(context, sshPublicKeyId, status);
  }

  @Operation({
    name: 'iam:DeleteSSHPublicKey',
    summary: 'Delete an SSH public key',
    route: 'DELETE /v1/users/:userName/ssh-public-keys/:sshPublicKeyId',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: sshPublicKeyInput,
    ...onUser,
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async deleteSshPublicKey(
    { sshPublicKeyId }: z.output<typeof sshPublicKeyInput>,
    context: OperationContext<Identity>,
  ) {
    await this.keys.delete(context, sshPublicKeyId);
  }
}
