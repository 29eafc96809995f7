/**
 * Events about which the root user is notified. NIST SP 800-63B-4 §4.6 requires a notice of each: authenticators bound
 * or removed, changed addresses, recovery.
 */
export type Notice =
  | { readonly kind: 'passwordChanged' | 'passwordRecovered' | 'rootAccessEnabled' | 'rootAccessDeleted' }
  | { readonly kind: 'authenticatorAdded' | 'authenticatorRemoved'; readonly serialNumber: string }
  | { readonly kind: 'emailChangeRequested' | 'emailChanged'; readonly newEmail: string }
  | { readonly kind: 'accessKeyCreated'; readonly accessKeyId: string }
  | { readonly kind: 'recoveryCodesCreated' | 'ownPasswordLocked' }
  | { readonly kind: 'recoveryCodeUsed'; readonly remaining: number }
  | { readonly kind: 'signInLocked'; readonly factor: 'password' | 'MFA code' };

interface Wording {
  readonly subject: string;
  readonly what: string;
  readonly facts?: readonly (readonly [label: string, value: string])[];
  /** Default: `NOT_YOU`. */
  readonly advice?: string;
}

export const NOT_YOU =
  'If you or someone you authorized made this change, no action is needed. If not, set a new ' +
  'password with "Forgot password?" on the sign-in page, check the MFA devices and access keys of ' +
  'the root user, and contact the operator of the platform.';

/** @returns the text of a notice, without the facts that all notices have */
export function wordingOf(notice: Notice): Wording {
  switch (notice.kind) {
    case 'passwordChanged':
      return { subject: 'Your root user password was changed', what: 'The password of the root user was changed.' };
    case 'passwordRecovered':
      return {
        subject: 'Your root user password was reset',
        what:
          'The password of the root user was reset with a link that was sent to this address. All sessions ' +
          'of the root user have ended.',
      };
    case 'rootAccessEnabled':
      return {
        subject: 'Your root user can set a password',
        what: 'The operator of the platform allowed the root user to set a password by password recovery.',
      };
    case 'rootAccessDeleted':
      return {
        subject: 'Your root user password was deleted',
        what: 'The password of the root user was deleted by the operator of the platform. The root user cannot sign in.',
      };
    case 'authenticatorAdded':
      return {
        subject: 'An MFA device was added to your root user',
        what: 'An MFA device was added to the root user.',
        facts: [['Device', notice.serialNumber]],
      };
    case 'authenticatorRemoved':
      return {
        subject: 'An MFA device was removed from your root user',
        what: 'An MFA device was removed from the root user.',
        facts: [['Device', notice.serialNumber]],
      };
    case 'emailChangeRequested':
      return {
        subject: 'A change of your root user email address was requested',
        what:
          'A new email address was requested for the root user. It takes effect when it is confirmed from ' +
          'that address.',
        facts: [['New address', notice.newEmail]],
      };
    case 'emailChanged':
      return {
        subject: 'Your root user email address was changed',
        what:
          'The root user now signs in with a different email address. All sessions of the root user have ' +
          'ended. This address will receive no further mails about the account.',
        facts: [['New address', notice.newEmail]],
        advice:
          'If neither you nor someone you authorized made this change, contact the operator of the ' +
          'platform immediately.',
      };
    case 'accessKeyCreated':
      return {
        subject: 'An access key was created for your root user',
        what: 'An access key was created for the root user. Anyone who has the key can do everything in the account.',
        facts: [['Access key', notice.accessKeyId]],
      };
    case 'recoveryCodesCreated':
      return {
        subject: 'New recovery codes were created for your root user',
        what: 'New MFA recovery codes were created for the root user. Earlier codes no longer work.',
      };
    case 'recoveryCodeUsed':
      return {
        subject: 'A recovery code of your root user was used',
        what: 'The root user signed in with a recovery code instead of an MFA device.',
        facts: [['Codes left', String(notice.remaining)]],
      };
    case 'ownPasswordLocked':
      return {
        subject: 'Password confirmation is locked for your root user',
        what:
          'Someone who was signed in as the root user, or has one of its access keys, entered a wrong ' +
          'password too many times. Changes that require the password are refused. Sign-in still works.',
        advice:
          'If this was not you, set a new password with "Forgot password?" on the sign-in page, which also ' +
          'ends all sessions, and delete access keys of the root user that you do not recognize.',
      };
    case 'signInLocked':
      return {
        subject: 'Sign-in of your root user is locked',
        what:
          'A wrong ' +
          `${notice.factor} was entered for the root user too many times. Sign-in is locked for addresses ` +
          'that the root user has not used before.',
        advice:
          notice.factor === 'password'
            ? 'Sign in from an address that you have used before, sign in with a passkey, or set a new ' +
              'password with "Forgot password?" on the sign-in page.'
            : 'The person who entered the codes knows the password of the root user: change the password. Sign ' +
              'in from an address that you have used before, or ask the operator of the platform to unlock the ' +
              'root user.',
      };
  }
}
