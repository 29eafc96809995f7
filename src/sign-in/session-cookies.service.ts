import { Injectable } from '@nestjs/common';
import { answerCookiesOf, sessionCookie } from '../access/authentication/session-cookie.js';
import type { CredentialContext } from '../operations/declaration.js';
import { keepErrors, SucceededWithError } from '../operations/failed-attempt.js';
import { Settings } from '../kernel/config/settings.js';
import { Database } from '../kernel/database/database.service.js';
import type { Progress } from './steps.service.js';

/** The cookies of sign-ins that end with one. */
@Injectable()
export class SessionCookies {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /**
   * The cookie goes into the header of the answer, once the session is committed.
   *
   * @throws ApiError AccessDenied for a page of another origin
   */
  async answer({ tx, request }: Pick<CredentialContext, 'tx' | 'request'>, progress: Progress): Promise<Progress> {
    if (!('cookie' in progress)) return progress;
    const { cookie } = progress;
    return keepErrors(SucceededWithError, () => {
      const cookies = answerCookiesOf(request);
      this.database.afterCommit(tx, () => cookies.push(sessionCookie(this.settings, cookie)));
      return Promise.resolve(progress);
    });
  }
}
