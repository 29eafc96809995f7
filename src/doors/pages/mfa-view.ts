import { html } from '../../kernel/html.js';
import { alert, field, type FormFacts, hidden, page, WEBAUTHN_SCRIPTS } from './views.js';

/** The devices of the principal, as far as the page needs them. */
export interface MfaChoice {
  readonly challengeToken: string;
  readonly hasCodes: boolean;
  readonly hasKeys: boolean;
  /** Names by which the user recognizes the devices. */
  readonly names: readonly string[];
  /** The options for security keys; absent after they were used. */
  readonly credentialOptions?: string;
  readonly hasRecoveryCodes?: boolean;
  /** The target of the forms: sign-in, or another step that requires MFA, with its parameters. */
  readonly action?: string;
  readonly more?: Readonly<Record<string, string>>;
}

export function mfaView({ csrfToken, error }: FormFacts, choice: MfaChoice): string {
  const {
    challengeToken,
    hasCodes,
    hasKeys,
    names,
    credentialOptions,
    hasRecoveryCodes = false,
    action = '/sign-in',
    more = {},
  } = choice;
  const common = hidden({
    csrfToken,
    step: 'mfa',
    challengeToken,
    hasCodes: String(hasCodes),
    hasKeys: String(hasKeys),
    hasRecoveryCodes: String(hasRecoveryCodes),
    names: names.join('\n'),
    ...more,
  });
  const byCode = html`<form method="post" action="${action}">
    <h2>Authenticator app or hardware token</h2>
    ${common} ${field('code', 'MFA code', { autocomplete: 'one-time-code', inputmode: 'numeric', pattern: '\\d{6,8}' })}
    <button>Continue</button>
  </form>`;
  const byKey = html`<form method="post" action="${action}" data-options="${credentialOptions}">
    <h2>Security key</h2>
    ${common}<input type="hidden" name="credential" />
    <p role="status">Insert your security key, or have your passkey ready.</p>
    <button type="button">Use a security key</button>
    <noscript><p class="alert">Security keys require JavaScript.</p></noscript>
  </form>`;
  const byRecoveryCode = html`<form method="post" action="${action}">
    <h2>Recovery code</h2>
    ${common} ${field('recoveryCode', 'Recovery code', { autocomplete: 'off', pattern: '[A-Za-z2-7 \\-]{20,40}' })}
    <button class="quiet">Use a recovery code</button>
  </form>`;
  return page(
    'Multi-factor authentication',
    html`${alert(error)}
      <p>Your devices:</p>
      <ul>
        ${names.map((name) => html`<li>${name}</li>`)}
      </ul>
      ${hasCodes ? byCode : undefined} ${hasKeys && credentialOptions ? byKey : undefined}
      ${hasRecoveryCodes ? byRecoveryCode : undefined}
      <p class="other"><a href="${action}">Start over</a></p>`,
    hasKeys ? WEBAUTHN_SCRIPTS : [],
  );
}
