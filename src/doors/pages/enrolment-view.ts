import { Html, html } from '../../kernel/html.js';
import { alert, field, type FormFacts, hidden, page, WEBAUTHN_SCRIPTS } from './views.js';

/** The step that registers a first MFA device. */
export interface EnrolmentChoice {
  readonly challengeToken: string;
  /** Shown once; absent after a wrong code. */
  readonly shown?: {
    /** Base 32. */
    readonly secret: string;
    /** SVG. */
    readonly qrCode: string;
    /** JSON of the options for the browser's security key request. */
    readonly creationOptions: string;
  };
}

const oneTimeCode = { autocomplete: 'one-time-code', inputmode: 'numeric', pattern: '\\d{6}' };

export function enrolmentView({ csrfToken, error }: FormFacts, { challengeToken, shown }: EnrolmentChoice): string {
  const scan =
    shown &&
    html`<p>Scan this QR code with an authenticator app, or enter the secret key manually. It is shown only once.</p>
      <div class="qr-code">${new Html(shown.qrCode)}</div>
      <p class="secret">${spaced(shown.secret)}</p>`;
  const byKey =
    shown &&
    html`<form method="post" action="/sign-in" data-creation-options="${shown.creationOptions}" hidden>
      <h2>Security key or passkey</h2>
      ${hidden({ csrfToken, step: 'enrolSecurityKey', challengeToken })}
      <input type="hidden" name="credential" />
      <button type="button" class="quiet">Use a security key</button>
      <p role="status"></p>
    </form>`;
  return page(
    'Set up MFA',
    html`${alert(error)}
      <p>Your account requires MFA. Set up an MFA device to continue.</p>
      <h2>Authenticator app</h2>
      ${scan}
      <form method="post" action="/sign-in">
        ${hidden({ csrfToken, step: 'enrolVirtualDevice', challengeToken })}
        ${field('authenticationCode1', 'Code', oneTimeCode)}
        ${field('authenticationCode2', 'Next code (wait for the code to change)', oneTimeCode)}
        <button>Continue</button>
      </form>
      ${byKey}
      <p class="other"><a href="/sign-in">Start over</a></p>`,
    shown ? WEBAUTHN_SCRIPTS : [],
  );
}

function spaced(secret: string): string {
  return secret.replace(/.{4}(?=.)/g, '$& ');
}
