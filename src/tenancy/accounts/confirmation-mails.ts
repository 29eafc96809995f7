import type { RequestFacts } from '../../access/actions/request-facts.js';
import type { MailContent } from '../../kernel/mail/mail.js';
import { shownTime } from '../../kernel/mail/notifications.service.js';
import { CONFIRMATION_HOURS } from './grace-period.js';

interface Facts {
  readonly accountId: string;
  /** A sign-up; otherwise a change of the address. */
  readonly isNew: boolean;
  readonly request: RequestFacts;
}

/**
 * The reader may be a stranger whose address somebody else typed, so the mail repeats nothing that was typed, not even
 * the name of the account.
 */
export function confirmationMail({ accountId, isNew, request }: Facts, url: string): MailContent {
  return {
    subject: 'Confirm your email address',
    paragraphs: [
      isNew
        ? 'A new account was created with this email address.'
        : 'A request was made to use this email address for the root user of an account.',
      `To confirm the address, open this link within ${CONFIRMATION_HOURS} hours and choose "Confirm".`,
    ],
    facts: factsOf(accountId, request),
    link: { label: 'Confirm the email address', url },
    advice: isNew
      ? 'If you did not create this account, do not open the link. The account is then deleted after one day.'
      : 'If you did not request this, do not open the link. Nothing changes without it.',
  };
}

/** To the owner of an address that somebody else requested. */
export function takenMail({ isNew, request }: Facts): MailContent {
  return {
    subject: 'Your email address already has an account',
    paragraphs: [
      isNew
        ? 'Someone tried to create an account with this email address, which already belongs to an account.'
        : 'Someone requested to use this email address for the root user of another account.',
      'Nothing was changed.',
    ],
    facts: factsOf(undefined, request),
    advice: 'If this was you, sign in, or use "Forgot password?" on the sign-in page. If not, no action is needed.',
  };
}

function factsOf(accountId: string | undefined, { receivedAt, sourceIp }: RequestFacts): (readonly [string, string])[] {
  return [
    ...(accountId === undefined ? [] : [['Account', accountId] as const]),
    ['Time', shownTime(receivedAt)],
    ['From address', sourceIp],
  ];
}
