import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { OperationContext } from '../../operations/declaration.js';
import { Operation } from '../../operations/operation.decorator.js';
import { PasswordPoliciesService } from './password-policies.service.js';
import { noInput, passwordPolicyOutput, updateAccountPasswordPolicyInput } from './password-policy.schema.js';

/** Source: IAM API reference, the operations on the account password policy. */
@Controller()
export class PasswordPolicyController {
  constructor(private readonly policies: PasswordPoliciesService) {}

  /** Raises the policy epoch: whether users may change their own passwords is a permission. */
  @Operation({
    name: 'iam:UpdateAccountPasswordPolicy',
    summary: 'Set the password policy of the account',
    description:
      'Replaces the whole policy: members that are omitted get their defaults. The policy applies to ' +
      'passwords that are set afterwards.',
    route: 'PUT /v1/password-policy',
    accessLevel: 'Write',
    input: updateAccountPasswordPolicyInput,
    errors: [],
  })
  async updateAccountPasswordPolicy(
    input: z.output<typeof updateAccountPasswordPolicyInput>,
    { tx, accountId }: OperationContext,
  ) {
    await this.policies.set(tx, accountId, input);
  }

  @Operation({
    name: 'iam:GetAccountPasswordPolicy',
    summary: 'Get the password policy of the account',
    route: 'GET /v1/password-policy',
    accessLevel: 'Read',
    input: noInput,
    output: passwordPolicyOutput,
    errors: ['NoSuchEntity'],
  })
  async getAccountPasswordPolicy(_input: z.output<typeof noInput>, { tx, accountId }: OperationContext) {
    return { passwordPolicy: await this.policies.describe(tx, accountId) };
  }

  @Operation({
    name: 'iam:DeleteAccountPasswordPolicy',
    summary: 'Delete the password policy of the account',
    route: 'DELETE /v1/password-policy',
    accessLevel: 'Write',
    input: noInput,
    errors: ['NoSuchEntity'],
  })
  async deleteAccountPasswordPolicy(_input: z.output<typeof noInput>, { tx, accountId }: OperationContext) {
    await this.policies.delete(tx, accountId);
  }
}
