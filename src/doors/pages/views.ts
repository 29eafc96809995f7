import { html, type Html } from '../../kernel/html.js';

/** The data of every form. */
export interface FormFacts {
  readonly csrfToken: string;
  /** The error of the previous step. */
  readonly error?: string;
}

/** Values for prefilled fields; passwords are never returned. */
export interface Typed {
  readonly asRoot: boolean;
  readonly account?: string;
  readonly userName?: string;
  readonly email?: string;
  /** Strangers' failures delay the password; with an MFA code it is accepted. */
  readonly asksCode?: boolean;
}

/** The options of the page's passkey request. */
export interface PasskeyChoice {
  readonly challengeToken: string;
  readonly credentialOptions: string;
}

export function signInView({ csrfToken, error }: FormFacts, typed: Typed, passkey: PasskeyChoice): string {
  const fields = typed.asRoot
    ? field('email', 'Email address of the root user', { type: 'email', autocomplete: 'username', value: typed.email })
    : html`${field('account', 'Account ID or alias', { autocomplete: 'organization', value: typed.account })}
      ${field('userName', 'User name', { autocomplete: 'username', value: typed.userName })}`;
  const other = typed.asRoot
    ? html`<a href="/sign-in">Sign in as a user</a> · <a href="/password-recovery">Forgot password?</a>`
    : html`<a href="/sign-in?root">Sign in as the root user</a>`;
  return page(
    'Sign in',
    html`${alert(error)}
      <form method="post" action="/sign-in">
        ${hidden({ csrfToken, step: 'password' })} ${fields}
        ${field('password', 'Password', { type: 'password', autocomplete: 'current-password' })}
        ${typed.asksCode ? field('code', 'MFA code, if you have an MFA device', { ...CODE, isOptional: true }) : undefined}
        <button>Sign in</button>
      </form>
      <form method="post" action="/sign-in" data-options="${passkey.credentialOptions}" hidden>
        ${hidden({ csrfToken, step: 'passkey', challengeToken: passkey.challengeToken })}
        <input type="hidden" name="credential" />
        <button type="button" class="quiet">Use a passkey</button>
        <p role="status"></p>
      </form>
      <p class="other">${other}</p>`,
    WEBAUTHN_SCRIPTS,
  );
}

export function newPasswordView({ csrfToken, error }: FormFacts, challengeToken: string): string {
  return page(
    'New password',
    html`${alert(error)}
      <p>You must change your password to continue.</p>
      <form method="post" action="/sign-in">
        ${hidden({ csrfToken, step: 'newPassword', challengeToken })}
        ${field('newPassword', 'New password', { type: 'password', autocomplete: 'new-password' })}
        ${field('repeated', 'Confirm new password', { type: 'password', autocomplete: 'new-password' })}
        <button>Change password</button>
      </form>`,
  );
}

/** Who is signed in. */
export interface SignedIn {
  readonly csrfToken: string;
  readonly arn: string;
  readonly accountId: string;
  readonly name: string;
  readonly hasMfa: boolean;
  readonly passwordExpiresAt?: Date;
}

export function signedInView(who: SignedIn): string {
  const { csrfToken, arn, accountId, name, hasMfa, passwordExpiresAt } = who;
  return page(
    'Signed in',
    html`${passwordExpiresAt ? alert(`Your password expires on ${passwordExpiresAt.toISOString().slice(0, 10)}.`) : undefined}
      <dl>
        <dt>Signed in as</dt>
        <dd>${name}</dd>
        <dt>Account</dt>
        <dd>${accountId}</dd>
        <dt>ARN</dt>
        <dd>${arn}</dd>
        <dt>MFA</dt>
        <dd>${hasMfa ? 'Used' : 'Not used'}</dd>
      </dl>
      <form method="post" action="/signed-in">
        ${hidden({ csrfToken })}
        <button name="what" value="this">Sign out</button>
        <button name="what" value="all" class="quiet">Sign out everywhere</button>
      </form>`,
  );
}

export function recoveryView({ csrfToken, error }: FormFacts): string {
  return page(
    'Password recovery',
    html`${alert(error)}
      <p>This page is for root users. Other users must ask the administrator of their account.</p>
      <form method="post" action="/password-recovery">
        ${hidden({ csrfToken })}
        ${field('email', 'Email address of the root user', { type: 'email', autocomplete: 'username' })}
        <button>Send a link</button>
      </form>
      <p class="other"><a href="/sign-in?root">Sign in</a></p>`,
  );
}

export function recoverView({ csrfToken, error }: FormFacts, token: string): string {
  return page(
    'New password',
    html`${alert(error)}
      <form method="post" action="/password-recovery/finish">
        ${hidden({ csrfToken, token })}
        ${field('newPassword', 'New password', { type: 'password', autocomplete: 'new-password' })}
        ${field('repeated', 'Confirm new password', { type: 'password', autocomplete: 'new-password' })}
        <button>Set password</button>
      </form>`,
  );
}

export function noteView(title: string, text: string): string {
  return page(
    title,
    html`<p>${text}</p>
      <p class="other"><a href="/sign-in?root">Sign in</a></p>`,
  );
}

const CODE = { autocomplete: 'one-time-code', inputmode: 'numeric', pattern: '\\d{6,8}' };

/** Redirects to another URL of this server without a script. */
export function forwardView(address: string): string {
  return page('Redirecting', html`<p><a href="${address}">Continue</a></p>`, [], address);
}

export const WEBAUTHN_SCRIPTS = ['/sign-in/assets/webauthn.js', '/sign-in/assets/security-key.js'];

/** @param next URL that the browser loads immediately */
export function page(title: string, content: Html, scripts: readonly string[] = [], next?: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${next === undefined ? undefined : html`<meta http-equiv="refresh" content="0;url=${next}" />`}
        <title>${title} · Gatehouse</title>
        <link rel="stylesheet" href="/sign-in/assets/sign-in.css" />
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
        ${scripts.map((source) => html`<script src="${source}" defer></script>`)}
      </body>
    </html> `.text;
}

export function alert(message: string | undefined): Html | undefined {
  return message === undefined ? undefined : html`<p class="alert" role="alert">${message}</p>`;
}

export function hidden(values: Readonly<Record<string, string>>): Html[] {
  return Object.entries(values).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
}

interface FieldOptions {
  readonly type?: string;
  readonly autocomplete: string;
  readonly inputmode?: string;
  readonly pattern?: string;
  readonly value?: string | undefined;
  readonly isOptional?: boolean;
}

export function field(name: string, label: string, options: FieldOptions): Html {
  const { type = 'text', autocomplete, inputmode = 'text', pattern = '.*', value = '', isOptional = false } = options;
  return html`<label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="${type}"
      value="${value}"
      autocomplete="${autocomplete}"
      inputmode="${inputmode}"
      pattern="${pattern}"
      maxlength="254"
      ${isOptional ? undefined : html`required`}
    />`;
}
