import { Controller } from '@nestjs/common';
import { z } from 'zod';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { PublicOperation } from '../../operations/operation.decorator.js';
import { secret } from '../../operations/redact.js';
import { EmailConfirmations } from '../../tenancy/accounts/email-confirmations.service.js';
import { accountId } from '../../kernel/iam-names.schema.js';
import { ConfirmEmailService } from './confirm-email.service.js';

export const confirmEmailInput = z.strictObject({ token: secret(z.string().min(1).max(256)) });
const resendInput = z.strictObject({ accountId });

/** Confirmed email addresses of root users: docs/accounts.md. */
@Controller()
export class EmailConfirmationController {
  constructor(
    private readonly confirmEmails: ConfirmEmailService,
    private readonly confirmations: EmailConfirmations,
  ) {}

  @PublicOperation({
    name: 'gatehouse:ConfirmEmail',
    summary: 'Confirm the email address of a root user with the mailed token',
    description:
      'The token is valid once, for 24 hours. Activates a new account, or makes a changed address take effect.',
    route: 'POST /v1/email-confirmation',
    input: confirmEmailInput,
    errors: ['InvalidInput', 'Throttling'],
  })
  async confirmEmail({ token }: z.output<typeof confirmEmailInput>, request: RequestFacts) {
    await this.confirmEmails.confirm(token, request);
  }

  @PublicOperation({
    name: 'gatehouse:ResendEmailConfirmation',
    summary: 'Resend the confirmation link of a new account',
    description: 'The response is the same whether or not such an account is waiting for confirmation.',
    route: 'POST /v1/email-confirmation/resend',
    input: resendInput,
    errors: ['Throttling'],
  })
  async resendEmailConfirmation({ accountId: id }: z.output<typeof resendInput>, request: RequestFacts) {
    await this.confirmations.resend(id, request);
  }
}
