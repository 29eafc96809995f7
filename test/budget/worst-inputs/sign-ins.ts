import { userPassword } from '../../support/passkeys.js';
import { twoCodes } from '../../support/totp.js';
import { nameOfFull, sessionIdOfFull } from '../full-account.js';
import { newName, type WorstInput, type WorstInputs } from './worst-input.js';

const ofNewcomer: WorstInput = {
  as: 'newcomer',
  input: async ({ prepared }) => {
    await prepared.newNewcomer();
    return {};
  },
  answers: 204,
  isLast: true,
};

/** Sign-in and its steps, sessions, the root user. */
export const signIns: WorstInputs = {
  'gatehouse:BeginPasskeySignIn': 200,
  'gatehouse:BeginSecurityKeyEnrolment': {
    as: 'nobody',
    input: async ({ prepared }) => ({ challengeToken: await prepared.enrolment() }),
    answers: 200,
  },
  'gatehouse:BeginSecurityKeyRegistration': 200,
  'gatehouse:BeginVirtualDeviceEnrolment': {
    as: 'nobody',
    input: async ({ prepared }) => ({ challengeToken: await prepared.enrolment() }),
    answers: 200,
  },
  'gatehouse:ConfirmEmail': 'InvalidInput',
  'gatehouse:CreateRecoveryCodes': {
    as: 'newcomer',
    input: async ({ prepared }) => {
      await prepared.newNewcomerWithDevice();
      return {};
    },
    answers: 201,
  },
  'gatehouse:DeleteRecoveryCodes': {
    as: 'newcomer',
    input: async ({ prepared }) => {
      await prepared.newNewcomerWithDevice();
      await prepared.post('/v1/recovery-codes', {}, prepared.newcomer.rest);
      return { userName: undefined };
    },
    answers: 204,
  },
  'gatehouse:EndSession': { input: ({ call }) => ({ sessionId: sessionIdOfFull(100 + (call % 300)) }), answers: 204 },
  'gatehouse:EnrolSecurityKey': {
    as: 'nobody',
    input: async ({ prepared }) => {
      const challengeToken = await prepared.enrolment();
      const path = '/v1/sign-in/mfa-enrolment/security-key';
      const begun = await prepared.post(path, { challengeToken }, prepared.stranger);
      const credential = prepared.newKey().create(begun['options'] as { challenge: string });
      return { challengeToken, credential, securityKeyName: 'k'.repeat(64) };
    },
    answers: 200,
  },
  'gatehouse:EnrolVirtualDevice': {
    as: 'nobody',
    input: async ({ prepared }) => {
      const challengeToken = await prepared.enrolment();
      const path = '/v1/sign-in/mfa-enrolment/virtual-device';
      const begun = await prepared.post(path, { challengeToken }, prepared.stranger);
      return { challengeToken, ...twoCodes(begun['secret'] as string) };
    },
    answers: 200,
  },
  'gatehouse:GetRecoveryCodeState': {
    as: 'newcomer',
    input: async ({ prepared }) => {
      await prepared.newNewcomerWithDevice();
      await prepared.post('/v1/recovery-codes', {}, prepared.newcomer.rest);
      return { userName: undefined };
    },
    answers: 200,
  },
  'gatehouse:GetSession': 200,
  'gatehouse:ImportU2fKey': { input: { appId: `https://${'a'.repeat(200)}.example.com` }, answers: 'InvalidInput' },
  'gatehouse:ListSessions': 200,
  'gatehouse:RecoverPassword': 'InvalidInput',
  'gatehouse:RefreshSession': {
    as: 'nobody',
    input: async ({ prepared }) => {
      const { email, password } = await prepared.newNewcomer();
      const { refreshToken } = await prepared.post('/v1/sign-in', { email, password }, prepared.stranger);
      return { refreshToken };
    },
    answers: 200,
  },
  'gatehouse:RegisterSecurityKey': {
    input: async ({ prepared, call }) => {
      const userName = nameOfFull('u', 10 + (call % 900), 64);
      const begun = await prepared.post('/v1/security-keys/registration-options', { userName });
      const credential = prepared.newKey().create(begun['options'] as { challenge: string });
      return { userName, credential };
    },
    answers: 201,
  },
  'gatehouse:RequestPasswordRecovery': 204,
  'gatehouse:ResendEmailConfirmation': 204,
  'gatehouse:RevokeRoleSessions': 204,
  'gatehouse:RevokeUserSessions': 204,
  'gatehouse:SignIn': [
    {
      as: 'nobody',
      input: ({ prepared: { account } }) => ({
        ...{ email: account.email, password: account.password, session: 'tokens' },
        ...{ account: undefined, userName: undefined, code: undefined },
      }),
      answers: 200,
    },
    {
      as: 'nobody',
      input: ({ prepared }) => ({ ...prepared.memberSignIn, email: undefined, code: undefined }),
      answers: 200,
    },
    {
      as: 'nobody',
      input: { email: 'a@'.padEnd(254, 'a'), account: undefined, userName: undefined, code: undefined },
      answers: 'SignInFailed',
    },
  ],
  'gatehouse:SignInWithMfa': [
    { as: 'nobody', input: ({ prepared }) => prepared.mfaAnswer(), answers: 200 },
    { as: 'nobody', input: { code: undefined, recoveryCode: undefined }, answers: 'SignInFailed' },
  ],
  'gatehouse:SignInWithNewPassword': {
    as: 'nobody',
    input: async ({ prepared }) => {
      const { owner, userName, credentials } = await prepared.newUser();
      const changed = { passwordResetRequired: true };
      await owner.rest.patch(`/v1/users/${userName}/login-profile`, changed);
      const { challengeToken } = await prepared.post('/v1/sign-in', credentials, prepared.stranger);
      return { challengeToken, newPassword: 'Long-enough-4'.padEnd(128, 'x') };
    },
    answers: 200,
  },
  'gatehouse:SignInWithPasskey': {
    as: 'nobody',
    input: async ({ prepared }) => {
      const { key, handle } = await prepared.newNewcomerWithKey();
      const begun = await prepared.post('/v1/sign-in/passkey/options', {}, prepared.stranger);
      const options = begun['credentialOptions'] as { challenge: string };
      return { challengeToken: begun['challengeToken'], credential: key.get(options, handle) };
    },
    answers: 200,
  },
  'gatehouse:StepUp': [
    { input: ({ prepared }) => ({ password: prepared.account.password }), answers: 200 },
    { as: 'member', input: { password: userPassword }, answers: 200 },
    { answers: 'AccessDenied' },
  ],
  'gatehouse:StepUpWithMfa': [
    { as: 'member', input: ({ prepared }) => prepared.stepUpAnswer(prepared.asMember), answers: 200 },
    { input: { code: undefined, recoveryCode: undefined }, answers: 'SignInFailed' },
  ],
  'gatehouse:UnlockRootUser': { as: 'operator', answers: 204 },
  'gatehouse:UnlockUser': 204,
  'gatehouse:EndSessions': ofNewcomer,
  'gatehouse:SignOut': ofNewcomer,
  'gatehouse:RevokeSessions': ofNewcomer,
  'gatehouse:ChangeRootPassword': {
    as: 'newcomer',
    input: async ({ prepared }) => ({
      password: (await prepared.newNewcomer()).password,
      newPassword: 'Long-enough-3'.padEnd(128, 'x'),
    }),
    answers: 204,
    isLast: true,
  },
  'gatehouse:ChangeRootEmail': {
    as: 'newcomer',
    input: async ({ prepared, ...account }) => ({
      password: (await prepared.newNewcomer()).password,
      email: `${newName({ prepared, ...account }, 60)}@example.com`,
    }),
    answers: 204,
    isLast: true,
  },
};
