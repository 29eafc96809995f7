import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { OperationContext } from '../access/operations/operation.js';
import { Operation } from '../access/operations/operation.decorator.js';
import { userName } from '../common/iam-names.schema.js';
import type { Identity } from '../generated/prisma/client.js';
import { locateIdentity } from '../identities/identity.target.js';
import { userPassword } from '../password-policy/password-policy.schema.js';
import { LoginProfilesService } from './login-profiles.service.js';

const createLoginProfileInput = z.strictObject({
  userName,
  password: userPassword,
  passwordResetRequired: z.boolean().default(false),
});
const updateLoginProfileInput = z.strictObject({
  userName,
  password: userPassword.optional(),
  passwordResetRequired: z.boolean().optional(),
});
const loginProfileInput = z.strictObject({ userName });
const loginProfileOutput = z.object({
  loginProfile: z
    .object({ userName: z.string(), createDate: z.date(), passwordResetRequired: z.boolean() })
    .meta({ id: 'LoginProfile' }),
});

/** Source: IAM API reference, the operations on login profiles. */
@Controller()
export class LoginProfilesController {
  constructor(private readonly loginProfiles: LoginProfilesService) {}

  @Operation({
    name: 'iam:CreateLoginProfile',
    summary: 'Give a user a password',
    route: 'POST /v1/users/:userName/login-profile',
    status: 201,
    accessLevel: 'Write',
    input: createLoginProfileInput,
    output: loginProfileOutput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'user', input.userName),
    errors: ['NoSuchEntity', 'EntityAlreadyExists', 'PasswordPolicyViolation'],
    keepsEpoch: true,
  })
  async createLoginProfile(
    input: z.output<typeof createLoginProfileInput>,
    { tx, target }: OperationContext<Identity>,
  ) {
    return { loginProfile: await this.loginProfiles.create(tx, target, input) };
  }

  @Operation({
    name: 'iam:GetLoginProfile',
    summary: 'See whether and since when a user has a password',
    route: 'GET /v1/users/:userName/login-profile',
    accessLevel: 'Read',
    input: loginProfileInput,
    output: loginProfileOutput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'user', input.userName),
    errors: ['NoSuchEntity'],
  })
  async getLoginProfile(_input: z.output<typeof loginProfileInput>, { tx, target }: OperationContext<Identity>) {
    return { loginProfile: await this.loginProfiles.get(tx, target) };
  }

  @Operation({
    name: 'iam:UpdateLoginProfile',
    summary: "Set a user's password",
    description: 'Ends the sessions of the user.',
    route: 'PATCH /v1/users/:userName/login-profile',
    accessLevel: 'Write',
    input: updateLoginProfileInput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'user', input.userName),
    errors: ['NoSuchEntity', 'PasswordPolicyViolation'],
  })
  async updateLoginProfile(
    input: z.output<typeof updateLoginProfileInput>,
    { tx, target }: OperationContext<Identity>,
  ) {
    await this.loginProfiles.update(tx, target, input);
  }

  @Operation({
    name: 'iam:DeleteLoginProfile',
    summary: "Take a user's password away",
    description: 'Ends the sessions of the user; its access keys stay.',
    route: 'DELETE /v1/users/:userName/login-profile',
    accessLevel: 'Write',
    input: loginProfileInput,
    locate: ({ input, ...scope }) => locateIdentity(scope, 'user', input.userName),
    errors: ['NoSuchEntity'],
  })
  async deleteLoginProfile(_input: z.output<typeof loginProfileInput>, { tx, target }: OperationContext<Identity>) {
    await this.loginProfiles.delete(tx, target);
  }
}
