import { Controller } from '@nestjs/common';
import type { z } from 'zod';
import type { LocateScope } from '../../access/actions/action.js';
import type { OperationContext } from '../../operations/declaration.js';
import type { Target } from '../../access/actions/target.js';
import { Operation } from '../../operations/operation.decorator.js';
import { gatehouseArn } from '../../kernel/arn.js';
import { noInput, signInSettingsOutput, updateSignInSettingsInput } from './account-settings.schema.js';
import { AccountSettingsService } from './account-settings.service.js';

type SignInSettings = z.output<typeof updateSignInSettingsInput>;

/** Sign-in settings of an account: docs/accounts.md. */
@Controller()
export class SignInSettingsController {
  constructor(private readonly settings: AccountSettingsService) {}

  @Operation({
    name: 'gatehouse:GetSignInSettings',
    summary: 'Get the principals whose sign-in requires MFA',
    route: 'GET /v1/account/sign-in-settings',
    accessLevel: 'Read',
    input: noInput,
    output: signInSettingsOutput,
    locate: locateAccount,
    errors: [],
  })
  async getSignInSettings(_input: z.output<typeof noInput>, { tx, accountId }: OperationContext) {
    return { signInSettings: await this.describe({ tx, accountId }) };
  }

  @Operation({
    name: 'gatehouse:UpdateSignInSettings',
    summary: 'Require MFA at sign-in',
    description:
      'For the root user, for users, or for both. A principal without an MFA device registers one at ' +
      'its next sign-in; existing sessions continue. Access keys and temporary credentials are not ' +
      'affected: policies control them. Also requires iam:UpdateAccountPasswordPolicy.',
    route: 'PUT /v1/account/sign-in-settings',
    accessLevel: 'Write',
    changesCredentials: true,
    stepUp: 'always',
    input: updateSignInSettingsInput,
    output: signInSettingsOutput,
    locate: locateAccount,
    alsoRequires: () => [{ action: 'iam:UpdateAccountPasswordPolicy', target: { arn: '*', row: undefined } }],
    errors: [],
    effect: 'changes',
  })
  async updateSignInSettings({ mfaRequired }: SignInSettings, { tx, accountId }: OperationContext) {
    await this.settings.change(tx, accountId, { mfaRequired });
    return { signInSettings: { mfaRequired } };
  }

  private async describe({ tx, accountId }: Pick<OperationContext, 'tx' | 'accountId'>): Promise<SignInSettings> {
    const { mfaRequired } = await this.settings.read(tx, accountId);
    return { mfaRequired: mfaRequired as SignInSettings['mfaRequired'] };
  }
}

function locateAccount({ accountId, partition }: LocateScope<unknown>): Target<undefined> {
  return { arn: gatehouseArn(partition, accountId, 'account'), row: undefined };
}
