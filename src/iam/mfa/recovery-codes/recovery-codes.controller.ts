import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { OperationContext } from '../../../operations/declaration.js';
import { Operation } from '../../../operations/operation.decorator.js';
import { ApiError } from '../../../kernel/errors/errors.js';
import { userName } from '../../../kernel/iam-names.schema.js';
import type { Identity } from '../../../generated/prisma/client.js';
import { locateCaller, locateUserOrCaller } from '../../resources/identity.target.js';
import { Notifications } from '../../../kernel/mail/notifications.service.js';
import { enablingDevices } from '../enabling-devices.js';
import { RecoveryCodes } from './recovery-codes.service.js';

const noInput = z.strictObject({});
const ownerInput = z.strictObject({ userName: userName.optional() });
const createdOutput = z.object({ recoveryCodes: z.array(z.string()), createDate: z.date() });
const stateOutput = z.object({
  recoveryCodeState: z
    .object({ /** Unused codes. */ left: z.number().int(), createDate: z.date() })
    .meta({ id: 'RecoveryCodeState' }),
});

/** Codes for users who lost their MFA device: docs/mfa.md. */
@Controller()
export class RecoveryCodesController {
  constructor(
    private readonly codes: RecoveryCodes,
    private readonly notifications: Notifications,
  ) {}

  @Operation({
    name: 'gatehouse:CreateRecoveryCodes',
    summary: 'Create recovery codes for yourself',
    description:
      'Returns ten codes, only in this response. They replace all earlier codes. Each code can be used ' +
      'once instead of an MFA device, at sign-in or step-up. Available only in a sign-in session. ' +
      'Requires an MFA device and iam:EnableMFADevice.',
    route: 'POST /v1/recovery-codes',
    status: 201,
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: noInput,
    output: createdOutput,
    locate: locateCaller,
    alsoRequires: enablingDevices,
    errors: ['InvalidInput'],
    effect: 'changes',
  })
  async createRecoveryCodes(_input: z.output<typeof noInput>, { tx, accountId, caller, request }: OperationContext) {
    const { principalId, session } = caller;
    if (session.sessionId === undefined) {
      throw new ApiError('InvalidInput', 'Recovery codes can be created only in a sign-in session. Sign in first.');
    }
    if ((await tx.mfaDevice.count({ where: { accountId, principalId } })) === 0) {
      throw new ApiError('InvalidInput', 'Recovery codes replace an MFA device. Enable an MFA device first.');
    }
    const recoveryCodes = await this.codes.replace(tx, accountId, principalId, request.receivedAt);
    const notice = { kind: 'recoveryCodesCreated' } as const;
    await this.notifications.notifyPrincipal(tx, { accountId, principalId }, notice, request);
    return { recoveryCodes, createDate: request.receivedAt };
  }

  @Operation({
    name: 'gatehouse:GetRecoveryCodeState',
    summary: 'Get the number of recovery codes that a user has left',
    route: 'GET /v1/recovery-codes',
    accessLevel: 'Read',
    input: ownerInput,
    output: stateOutput,
    locate: locateUserOrCaller,
    errors: ['NoSuchEntity'],
  })
  async getRecoveryCodeState(
    _input: z.output<typeof ownerInput>,
    { tx, accountId, target }: OperationContext<Identity | undefined>,
  ) {
    const recoveryCodeState = await this.codes.describe(tx, accountId, target?.identityId ?? accountId);
    if (!recoveryCodeState) throw none();
    return { recoveryCodeState };
  }

  @Operation({
    name: 'gatehouse:DeleteRecoveryCodes',
    summary: 'Delete the recovery codes of a user',
    description: 'Deactivating the last MFA device deletes them too. Also requires iam:DeactivateMFADevice.',
    route: 'DELETE /v1/recovery-codes',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: ownerInput,
    locate: locateUserOrCaller,
    alsoRequires: (_, target) => [{ action: 'iam:DeactivateMFADevice', target }],
    errors: ['NoSuchEntity'],
    effect: 'changes',
  })
  async deleteRecoveryCodes(
    _input: z.output<typeof ownerInput>,
    { tx, accountId, target }: OperationContext<Identity | undefined>,
  ) {
    if (!(await this.codes.delete(tx, accountId, target?.identityId ?? accountId))) throw none();
  }
}

function none(): ApiError {
  return new ApiError('NoSuchEntity', 'The user has no recovery codes.');
}
