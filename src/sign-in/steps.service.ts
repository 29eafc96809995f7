import { Injectable } from '@nestjs/common';
import { AccountSettingsService } from '../tenancy/account-settings/account-settings.service.js';
import { requiresMfa } from '../tenancy/account-settings/requires-mfa.js';
import type { RequestFacts } from '../access/actions/request-facts.js';
import { ApiError } from '../kernel/errors/errors.js';
import type { Transaction } from '../kernel/database/database.service.js';
import { type PasswordExpiry, PasswordPoliciesService } from '../iam/password-policy/password-policies.service.js';
import { type IssuedSession, SessionsService } from './sessions/sessions.service.js';
import { type MfaRequired, MfaRequests } from './mfa-requests.service.js';
import { Challenges } from './challenges.service.js';
import type { SignInPrincipal } from './principals.service.js';

/** What a sign-in comes to: a session, or the step that is due. */
export type Progress =
  | ({ readonly status: 'signedIn'; readonly passwordExpiresAt?: Date } & IssuedSession)
  | MfaRequired
  | { readonly status: 'mfaEnrolmentRequired' | 'passwordChangeRequired'; readonly challengeToken: string };

/** What has been shown so far, besides the password. */
export interface Shown {
  readonly usesCookie: boolean;
  readonly mfaAuthenticatedAt?: Date | undefined;
}

/**
 * The steps of signing in, in their order: password, MFA where the principal has a device, its enrolment where the account
 * requires MFA and there is none, a new password where one is due, session. Each call finds the next step that is due, from what is true now.
 */
@Injectable()
export class SignInSteps {
  constructor(
    private readonly mfaRequests: MfaRequests,
    private readonly accountSettings: AccountSettingsService,
    private readonly passwordPolicies: PasswordPoliciesService,
    private readonly challenges: Challenges,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * @param tx in the scope of the account, with the principal locked
   * @throws ApiError PasswordExpired when only an administrator can set a new password
   */
  async next(tx: Transaction, principal: SignInPrincipal, shown: Shown, request: RequestFacts): Promise<Progress> {
    const { principalId, account } = principal;
    const { accountId } = account;
    const now = request.receivedAt;
    const challenge = { accountId, principalId, ...shown };

    if (!shown.mfaAuthenticatedAt) {
      const asked = await this.mfaRequests.make(tx, { ...challenge, step: 'mfa' }, now);
      if (asked) return asked;
      const settings = await this.accountSettings.read(tx, accountId);
      if (requiresMfa(settings, principal.user ? 'users' : 'root')) {
        const challengeToken = await this.challenges.issue(tx, { ...challenge, step: 'mfaEnrolment' }, now);
        return { status: 'mfaEnrolmentRequired', challengeToken };
      }
    }

    const expiry = principal.user && (await this.passwordPolicies.expiryOf(tx, accountId, principal.passwordSetAt));
    const isExpired = expiry !== undefined && expiry.at <= now;
    if (isExpired) refuseHardExpiry(expiry);
    if (isExpired || principal.passwordResetRequired) {
      const challengeToken = await this.challenges.issue(tx, { ...challenge, step: 'passwordChange' }, now);
      return { status: 'passwordChangeRequired', challengeToken };
    }

    const session = await this.sessions.start(tx, accountId, principalId, shown, request);
    return { status: 'signedIn', ...session, ...(expiry ? { passwordExpiresAt: expiry.at } : {}) };
  }
}

/** Source: IAM API reference, data type PasswordPolicy, `HardExpiry`. */
function refuseHardExpiry({ isHard }: PasswordExpiry): void {
  if (isHard)
    throw new ApiError('PasswordExpired', 'The password has expired. Ask your administrator for a new password.');
}

/** The token of a step is none, or good no longer. */
export function overdue(): ApiError {
  const message = 'This step of the sign-in has expired or is not valid. Sign in again.';
  return new ApiError('SignInFailed', message, { mustBeginAgain: true });
}
