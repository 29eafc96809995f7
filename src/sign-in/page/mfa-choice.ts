import type { Progress } from '../steps.service.js';
import type { MfaChoice } from './views.js';

type MfaRequired = Extract<Progress, { status: 'mfaRequired' }>;

/** What the page shows of a step that asks for MFA. */
export function choiceOf({
  challengeToken,
  devices,
  credentialOptions,
}: Pick<MfaRequired, 'challengeToken' | 'devices' | 'credentialOptions'>): MfaChoice {
  return {
    challengeToken,
    hasCodes: devices.some(({ kind }) => kind !== 'securityKey'),
    hasKeys: credentialOptions !== undefined,
    names: devices.map(({ name }) => name),
    ...(credentialOptions ? { credentialOptions: JSON.stringify(credentialOptions) } : {}),
  };
}
