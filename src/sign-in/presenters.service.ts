import { Injectable } from '@nestjs/common';
import type { Presenter } from '../access/authentication/credential-strategy.js';
import { iamArn, rootArn } from '../kernel/arn.js';
import { Settings } from '../kernel/config/settings.js';
import type { NamedPrincipal, SignInPrincipal } from './principals.service.js';

/** AWS CloudTrail's words for a name that nobody has: it may be a password in the wrong field. */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Who signs in, for the audit log. */
@Injectable()
export class SignInPresenters {
  constructor(private readonly settings: Settings) {}

  /** @param input of the attempt, without secrets */
  of({ arn, principalId }: SignInPrincipal, input: object = {}): Presenter {
    return { callerArn: arn, callerId: principalId, resourceArn: arn, input };
  }

  /** An attempt that names no principal of the account. */
  ofNobody(accountId: string, { email }: NamedPrincipal = {}): Presenter {
    const { partition } = this.settings;
    const arn = email === undefined ? iamArn(partition, accountId, 'user', '/', HIDDEN) : rootArn(partition, accountId);
    return { callerArn: arn, callerId: 'unknown', resourceArn: arn, input: {} };
  }
}
