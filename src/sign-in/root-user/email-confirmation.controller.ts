import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { CredentialContext, PublicContext } from '../../operations/declaration.js';
import { CredentialOperation, ThrottledOperation } from '../../operations/operation.decorator.js';
import { secret } from '../../operations/redact.js';
import { EmailConfirmations } from '../../tenancy/accounts/email-confirmations.service.js';
import { accountId } from '../../kernel/iam-names.schema.js';
import { ConfirmEmailService } from './confirm-email.service.js';

const confirmEmailInput = z.strictObject({ token: secret(z.string().min(1).max(256)) });
const resendInput = z.strictObject({ accountId });

/** Confirmed email addresses of root users: docs/accounts.md. */
@Controller()
export class EmailConfirmationController {
  constructor(
    private readonly confirmEmails: ConfirmEmailService,
    private readonly confirmations: EmailConfirmations,
  ) {}

  @CredentialOperation({
    name: 'gatehouse:ConfirmEmail',
    summary: 'Confirm the email address of a root user with the mailed token',
    description:
      'The token is valid once, for 24 hours. Activates a new account, or makes a changed address take effect.',
    route: 'POST /v1/email-confirmation',
    input: confirmEmailInput,
    errors: ['InvalidInput', 'Throttling'],
    credential: 'emailConfirmationToken',
    throttle: ['emailToken'],
    effect: 'changesDecisions',
  })
  async confirmEmail(_input: z.output<typeof confirmEmailInput>, context: CredentialContext<'emailConfirmationToken'>) {
    await this.confirmEmails.confirm(context);
  }

  @ThrottledOperation({
    name: 'gatehouse:ResendEmailConfirmation',
    summary: 'Resend the confirmation link of a new account',
    description: 'The response is the same whether or not such an account is waiting for confirmation.',
    route: 'POST /v1/email-confirmation/resend',
    input: resendInput,
    errors: ['Throttling'],
    throttle: 'recovery',
  })
  resendEmailConfirmation({ accountId: id }: z.output<typeof resendInput>, context: PublicContext) {
    this.confirmations.resend(context, id);
  }
}
