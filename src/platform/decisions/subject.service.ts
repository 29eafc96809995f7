import { Injectable } from '@nestjs/common';
import { BearerStrategy } from '../../access/authentication/bearer.strategy.js';
import type { Caller } from '../../access/actions/caller.js';
import { PrincipalDirectory } from '../../access/principals/principal-directory.service.js';
import type { PrincipalRecord } from '../../access/principals/principal-record.js';
import { toCaller } from '../../access/principals/to-caller.js';
import { type Arn, parseArn } from '../../kernel/arn.js';
import { ApiError } from '../../kernel/errors/errors.js';
import { andThen, type MaybePromise } from '../../kernel/maybe-promise.js';
import { Settings } from '../../kernel/config/settings.js';
import type { Evaluation } from './evaluation.schema.js';

/** Determines the subject of a decision. */
@Injectable()
export class SubjectService {
  constructor(
    private readonly bearer: BearerStrategy,
    private readonly principals: PrincipalDirectory,
    private readonly settings: Settings,
  ) {}

  /** @returns undefined if there is no such principal, it is not active, or the token is invalid */
  find(subject: Evaluation['subject']): MaybePromise<Caller | undefined> {
    return subject.type === 'token' ? this.ofToken(subject.id) : this.ofArn(subject.id);
  }

  /** @param principalId unique ID of a user or role; the account ID for the root user */
  ofId(accountId: string, principalId: string): MaybePromise<Caller | undefined> {
    return andThen(this.principals.find(accountId, principalId), toSubject);
  }

  private async ofToken(token: string): Promise<Caller | undefined> {
    try {
      return await this.bearer.callerOf(token);
    } catch (error) {
      if (error instanceof ApiError && error.status < 500) return undefined;
      throw error;
    }
  }

  private ofArn(text: string): MaybePromise<Caller | undefined> {
    const arn = parseArn(text);
    if (!arn || arn.partition !== this.settings.partition || arn.service !== 'iam' || !/^\d{12}$/.test(arn.accountId)) {
      throw new ApiError(
        'InvalidInput',
        'subject.id must be the ARN of a principal, e.g. arn:aws:iam::123456789012:user/ana.',
      );
    }
    return andThen(this.named(arn), (caller) => (caller?.arn === text ? caller : undefined));
  }

  private named({ accountId, resource }: Arn): MaybePromise<Caller | undefined> {
    if (resource === 'root') return this.ofId(accountId, accountId);
    const [, type, name] = /^(user|role)\/(?:.*\/)?([^/]+)$/.exec(resource) ?? [];
    if (type === undefined || name === undefined) return undefined;
    return andThen(this.principals.findByName(accountId, type as 'user' | 'role', name), toSubject);
  }
}

/** The facts of a long-term key: the platform knows of no session. */
function toSubject(record: PrincipalRecord | undefined): Caller | undefined {
  if (record?.type === 'role') return roleCaller(record);
  return record && toCaller(record, { credential: 'accessKey' });
}

/**
 * The facts that all sessions of a role have in common. What only a session's token contains, such as its policies and
 * tags, is missing. A session's own ARN is therefore refused: the decision could allow more than the session may do.
 */
function roleCaller({ account, arn, principalId, tags, policies }: PrincipalRecord): Caller {
  const { accountId, isManagement } = account;
  const principal = { type: 'assumedRole', accountId, arn, roleArn: arn } as const;
  const session = { credential: 'temporaryCredentials' } as const;
  return { principal, accountId, arn, principalId, identityId: principalId, tags, isManagement, policies, session };
}
