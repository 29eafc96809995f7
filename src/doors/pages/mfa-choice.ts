import type { MfaRequired } from '../../sign-in/mfa-requests.service.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { type Form, readJson } from './form.js';
import type { MfaChoice } from './mfa-view.js';

/** The content of a page for an MFA step. */
export function choiceOf({ challengeToken, devices, credentialOptions, recoveryCodesLeft }: MfaRequired): MfaChoice {
  return {
    challengeToken,
    hasCodes: devices.some(({ kind }) => kind !== 'securityKey'),
    hasKeys: credentialOptions !== undefined,
    hasRecoveryCodes: recoveryCodesLeft !== undefined,
    names: devices.map(({ name }) => name),
    ...(credentialOptions ? { credentialOptions: JSON.stringify(credentialOptions) } : {}),
  };
}

/** The fields of a submitted MFA form. */
export function mfaAnswerOf({ credential, recoveryCode, code }: Form): object {
  if (credential !== undefined) return { credential: readJson(credential) };
  return recoveryCode === undefined ? { code: code?.trim() } : { recoveryCode: recoveryCode.trim() };
}

/** The same step after a wrong response; absent if it has to start over. A security key can be requested only once. */
export function choiceAgain({ step, challengeToken = '', ...form }: Form, error: ApiError): MfaChoice | undefined {
  const [hasCodes, hasRecoveryCodes] = [form['hasCodes'] === 'true', form['hasRecoveryCodes'] === 'true'];
  if (step !== 'mfa' || error.details['mustBeginAgain'] === true || !(hasCodes || hasRecoveryCodes)) return undefined;
  const names = form['names']?.split('\n') ?? [];
  return { challengeToken, hasCodes, hasRecoveryCodes, hasKeys: false, names };
}
