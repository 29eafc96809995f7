/**
 * What the root user's address is told of. NIST SP 800-63B-4 §4.6 asks for a notice of each: authenticators bound or
 * removed, changed addresses, recovery.
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
  'If this was you or someone you authorized, there is nothing to do. If not, set a new password with "Forgotten password" on the sign-in page, check the MFA devices and access keys of the root user, and tell the operator of the platform.';

/** @returns the words of a notice, without the facts that all of them have */
export function wordingOf(notice: Notice): Wording {
  switch (notice.kind) {
    case 'passwordChanged':
      return { subject: 'Your root password was changed', what: 'The password of the root user was changed.' };
    case 'passwordRecovered':
      return {
        subject: 'Your root password was reset',
        what: 'The password of the root user was reset with a link that was sent to this address. All its sessions ended.',
      };
    case 'rootAccessEnabled':
      return {
        subject: 'Your root user may set a password',
        what: 'The operator of the platform permitted the root user to set a password by recovery.',
      };
    case 'rootAccessDeleted':
      return {
        subject: 'Your root password was deleted',
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
        subject: 'A change of your root email address was requested',
        what: 'Another email address was requested for the root user. It takes effect when it is confirmed from that address.',
        facts: [['New address', notice.newEmail]],
      };
    case 'emailChanged':
      return {
        subject: 'Your root email address was changed',
        what: 'The root user signs in with another email address from now on. All its sessions ended. This address gets no further mail about the account.',
        facts: [['New address', notice.newEmail]],
        advice: 'If this was not you or someone you authorized, tell the operator of the platform at once.',
      };
    case 'accessKeyCreated':
      return {
        subject: 'An access key was created for your root user',
        what: 'An access key was created for the root user. Anyone who has the key can do everything in the account.',
        facts: [['Access key', notice.accessKeyId]],
      };
    case 'recoveryCodesCreated':
      return {
        subject: 'New recovery codes for your root user',
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
        subject: 'The password of your root user is locked in its sessions',
        what: 'The password of the root user was entered wrongly too often by somebody who had signed in as the root user or has an access key of it. Changes that ask for the password are refused. Sign-in works.',
        advice:
          'If this was not you, set a new password with "Forgotten password" on the sign-in page, which also ends all sessions, and delete access keys of the root user that you do not know.',
      };
    case 'signInLocked':
      return {
        subject: 'Sign-in of your root user is locked',
        what: `The ${notice.factor} of the root user was entered wrongly too often. It is not accepted from addresses that are new to Gatehouse.`,
        advice:
          notice.factor === 'password'
            ? 'Sign in from an address that you used before, or with a passkey, or set a new password with "Forgotten password" on the sign-in page.'
            : 'Someone who knows the password of the root user entered wrong codes: change the password. Sign in from an address that you used before, or ask the operator of the platform to unlock the root user.',
      };
  }
}
