import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { CredentialContext, OperationContext, PublicContext } from '../../operations/declaration.js';
import { CredentialOperation, Operation, ThrottledOperation } from '../../operations/operation.decorator.js';
import { locateCaller } from '../../iam/resources/identity.target.js';
import { PasswordRecoveryService } from './password-recovery.service.js';
import { changeEmailInput, changePasswordInput, recoverInput, requestRecoveryInput } from './root-user.schema.js';
import { RootUserService } from './root-user.service.js';

@Controller()
export class RootUserController {
  constructor(
    private readonly rootUsers: RootUserService,
    private readonly recoveries: PasswordRecoveryService,
  ) {}

  @Operation({
    name: 'gatehouse:ChangeRootPassword',
    summary: "Change the root user's password",
    description: 'For the root user itself. Ends all sessions of the root user.',
    route: 'POST /v1/root-user/password',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: changePasswordInput,
    locate: locateCaller,
    errors: ['InvalidUserType', 'PasswordPolicyViolation', 'Throttling'],
  })
  async changeRootPassword(input: z.output<typeof changePasswordInput>, context: OperationContext) {
    await this.rootUsers.changePassword(context, input.password, input.newPassword);
  }

  @Operation({
    name: 'gatehouse:ChangeRootEmail',
    summary: "Change the root user's email address",
    description:
      'For the root user itself. If addresses must be confirmed, the new address takes effect when the ' +
      'link that is mailed there is used, and the response is the same for an address that already has ' +
      'an account. Otherwise it takes effect immediately. The change ends all sessions of the root ' +
      'user, and the old address is notified.',
    route: 'POST /v1/root-user/email',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: changeEmailInput,
    locate: locateCaller,
    errors: ['InvalidUserType', 'EntityAlreadyExists', 'Throttling'],
  })
  async changeRootEmail(input: z.output<typeof changeEmailInput>, context: OperationContext) {
    await this.rootUsers.changeEmail(context, input.password, input.email);
  }

  @ThrottledOperation({
    name: 'gatehouse:RequestPasswordRecovery',
    summary: 'Send a password recovery link to a root user',
    description: 'The response is the same whether or not such a root user exists.',
    route: 'POST /v1/password-recovery',
    input: requestRecoveryInput,
    errors: ['Throttling'],
    throttle: 'recovery',
  })
  async requestPasswordRecovery({ email }: z.output<typeof requestRecoveryInput>, context: PublicContext) {
    await this.recoveries.request(context, email);
  }

  @CredentialOperation({
    name: 'gatehouse:RecoverPassword',
    summary: 'Set a new root user password with the mailed token',
    description:
      'The token is valid once. Ends all sessions of the root user. MFA is still required at the next sign-in.',
    route: 'POST /v1/password-recovery/finish',
    input: recoverInput,
    errors: ['InvalidInput', 'PasswordPolicyViolation', 'Throttling'],
    credential: 'passwordRecoveryToken',
    throttle: ['emailToken'],
    effect: 'changesDecisions',
  })
  async recoverPassword(
    { newPassword }: z.output<typeof recoverInput>,
    context: CredentialContext<'passwordRecoveryToken'>,
  ) {
    await this.recoveries.recover(context, newPassword);
  }
}
