import { html } from '../../kernel/html.js';
import type { PendingConfirmation } from '../../sign-in/root-user/confirm-email.service.js';
import { alert, type FormFacts, hidden, page } from './views.js';

export function confirmEmailView({ csrfToken, error }: FormFacts, token: string, what: PendingConfirmation): string {
  const { accountId, accountName, email, isNew } = what;
  const question = isNew
    ? 'Confirm that you created this account. Its root user signs in with this email address and the password that was chosen at sign-up.'
    : 'Confirm that the root user of this account will sign in with this email address. All sessions ' +
      'of the root user will end.';
  return page(
    'Confirm your email address',
    html`${alert(error)}
      <p>${question}</p>
      <dl>
        <dt>Email address</dt>
        <dd>${email}</dd>
        <dt>Account</dt>
        <dd>${accountName} (${accountId})</dd>
      </dl>
      <form method="post" action="/email-confirmation">
        ${hidden({ csrfToken, token })}
        <button>Confirm</button>
      </form>
      <p>If you did not request this, close this page.</p>`,
  );
}
