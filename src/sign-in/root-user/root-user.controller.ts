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
    description: 'For the root user itself. Ends all its sessions.',
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
      'For the root user itself. Where addresses have to be confirmed, the new one takes effect with the link that is mailed there, and one that has an account is answered alike; otherwise at once. Ends all sessions of the root user then; the old address gets mails.',
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
    summary: 'Have a link for a new password sent to a root user',
    description: 'The answer is the same whether there is such a root user or not.',
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
    summary: 'Set a new root password with the token that was sent',
    description:
      'The token works once. Ends all sessions of the root user; MFA is still asked for at the next sign-in.',
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
