import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { userName } from '../../kernel/iam-names.schema.js';
import { locateIdentity, locateUserOrCaller } from '../resources/identity.target.js';
import { userPassword } from '../password-policy/password-policy.schema.js';
import { LoginProfilesService } from './login-profiles.service.js';
import { RootLoginProfileService } from './root-login-profile.service.js';
import type { UserRow } from '../resources/identity-rows.js';

/** Without a name: the caller itself, or the root user in a session for that task. */
const ownerOfProfile = { userName: userName.optional() };
const createLoginProfileInput = z.strictObject({
  ...ownerOfProfile,
  /** Omitted for the root user, who then sets one by password recovery; required for everyone else. */
  password: userPassword.optional(),
  passwordResetRequired: z.boolean().default(false),
});
const updateLoginProfileInput = z.strictObject({
  userName,
  password: userPassword.optional(),
  passwordResetRequired: z.boolean().optional(),
});
const loginProfileInput = z.strictObject(ownerOfProfile);
const loginProfileOutput = z.object({
  loginProfile: z
    .object({ userName: z.string(), createDate: z.date(), passwordResetRequired: z.boolean() })
    .meta({ id: 'LoginProfile' }),
});

/** Source: IAM API reference, the operations on login profiles. */
@Controller()
export class LoginProfilesController {
  constructor(
    private readonly loginProfiles: LoginProfilesService,
    private readonly rootLoginProfile: RootLoginProfileService,
  ) {}

  @Operation({
    name: 'iam:CreateLoginProfile',
    summary: 'Create a password for a user',
    route: 'POST /v1/users/:userName/login-profile',
    status: 201,
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: createLoginProfileInput,
    output: loginProfileOutput,
    locate: locateProfileOwner,
    errors: ['NoSuchEntity', 'EntityAlreadyExists', 'PasswordPolicyViolation', 'ValidationError'],
    effect: 'changes',
  })
  async createLoginProfile(
    input: z.output<typeof createLoginProfileInput>,
    context: OperationContext<UserRow | undefined>,
  ) {
    const { tx, target } = context;
    if (!target) return { loginProfile: await this.rootLoginProfile.create(context, input) };
    return { loginProfile: await this.loginProfiles.create(tx, target, input) };
  }

  @Operation({
    name: 'iam:GetLoginProfile',
    summary: 'Get whether a user has a password, and when it was created',
    route: 'GET /v1/users/:userName/login-profile',
    accessLevel: 'Read',
    input: loginProfileInput,
    output: loginProfileOutput,
    locate: locateProfileOwner,
    errors: ['NoSuchEntity'],
  })
  async getLoginProfile(
    _input: z.output<typeof loginProfileInput>,
    { tx, accountId, target }: OperationContext<UserRow | undefined>,
  ) {
    if (!target) return { loginProfile: await this.rootLoginProfile.get(tx, accountId) };
    return { loginProfile: await this.loginProfiles.get(tx, target) };
  }

  @Operation({
    name: 'iam:UpdateLoginProfile',
    summary: "Set a user's password",
    description: 'Ends the sessions of the user.',
    route: 'PATCH /v1/users/:userName/login-profile',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: updateLoginProfileInput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'user', input.userName),
    errors: ['NoSuchEntity', 'PasswordPolicyViolation'],
  })
  async updateLoginProfile(input: z.output<typeof updateLoginProfileInput>, { tx, target }: OperationContext<UserRow>) {
    await this.loginProfiles.update(tx, target, input);
  }

  @Operation({
    name: 'iam:DeleteLoginProfile',
    summary: "Delete a user's password",
    description: 'Ends the sessions of the user. Access keys remain valid.',
    route: 'DELETE /v1/users/:userName/login-profile',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'ownIdentity',
    input: loginProfileInput,
    locate: locateProfileOwner,
    errors: ['NoSuchEntity'],
  })
  async deleteLoginProfile(_input: z.output<typeof loginProfileInput>, context: OperationContext<UserRow | undefined>) {
    const { tx, target } = context;
    if (target) await this.loginProfiles.delete(tx, target);
    else await this.rootLoginProfile.delete(context);
  }
}

/**
 * Source: IAM API reference, CreateLoginProfile: "When you make this request with root user credentials, you must use an
 * AssumeRoot session to omit the user name."
 *
 * @throws ApiError ValidationError
 */
function locateProfileOwner(scope: LocateScope<{ userName?: string | undefined }>) {
  const { principal, session } = scope.caller;
  if (scope.input.userName === undefined && principal.type === 'root' && session.taskPolicyArn === undefined) {
    throw new ApiError('ValidationError', 'Must specify userName when calling with root user credentials');
  }
  return locateUserOrCaller(scope);
}
