import { html } from '../../kernel/html.js';
import { alert, field, type FormFacts, hidden, page } from './views.js';

/** Asks the owner of a session for the password again. @param to the page that is shown afterwards */
export function stepUpView({ csrfToken, error }: FormFacts, { name, to }: { name: string; to: string }): string {
  return page(
    'Confirm your identity',
    html`${alert(error)}
      <p>You are signed in as ${name}. This change requires your password again.</p>
      <form method="post" action="/step-up">
        ${hidden({ csrfToken, step: 'password', to })}
        ${field('password', 'Password', { type: 'password', autocomplete: 'current-password' })}
        <button>Continue</button>
      </form>
      <p class="other"><a href="${to}">Cancel</a></p>`,
  );
}
