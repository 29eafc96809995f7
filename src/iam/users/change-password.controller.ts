import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { secret } from '../../operations/redact.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { locateCaller, locateIdentity } from '../resources/identity.target.js';
import { userPassword } from '../password-policy/password-policy.schema.js';
import { LoginProfilesService } from './login-profiles.service.js';
import type { UserRow } from '../resources/identity-rows.js';

const changePasswordInput = z.strictObject({
  oldPassword: secret(z.string().min(1).max(128)),
  newPassword: userPassword,
});

/** Source: IAM API reference, ChangePassword. */
@Controller()
export class ChangePasswordController {
  constructor(private readonly loginProfiles: LoginProfilesService) {}

  @Operation({
    name: 'iam:ChangePassword',
    summary: "Change the caller's own password",
    description:
      'For users only; ChangeRootPassword is the operation for the root user. Ends all sessions of the user.',
    route: 'POST /v1/change-password',
    accessLevel: 'Write',
    changesCredentials: true,
    input: changePasswordInput,
    locate: async (scope) => {
      const { userName } = scope.caller;
      return userName === undefined ? locateCaller(scope) : locateIdentity(scope, 'user', userName);
    },
    errors: ['NoSuchEntity', 'InvalidUserType', 'PasswordPolicyViolation', 'Throttling'],
  })
  async changePassword(
    input: z.output<typeof changePasswordInput>,
    { tx, target, request }: OperationContext<UserRow | undefined>,
  ) {
    if (!target) throw new ApiError('InvalidUserType', 'Only IAM Users can change their own password.');
    await this.loginProfiles.change(tx, target, input, request);
  }
}
