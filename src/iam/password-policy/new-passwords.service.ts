import { Injectable } from '@nestjs/common';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import { PasswordHasher } from '../../kernel/secrets/password-hasher.js';
import { isCommonPassword } from './common-passwords.js';
import { PasswordPoliciesService } from './password-policies.service.js';
import { violationOfDefaultRules, violationOfRules } from './password-rules.js';

/** Maximum number of passwords that a password policy can require to remember. */
const REMEMBERED = 24;

interface NamedUser {
  readonly accountId: string;
  readonly identityId: string;
  readonly name: string;
}

interface NamedAccount {
  readonly name: string;
  readonly rootEmail: string;
}

/**
 * All new passwords pass through this class.
 *
 * INVARIANT: no other code hashes a password to store it, except sign-in, which rehashes the same password.
 */
@Injectable()
export class NewPasswords {
  constructor(
    private readonly policies: PasswordPoliciesService,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Validates a user's new password and adds it to the user's history.
   *
   * @returns its hash, for the caller to store
   * @throws ApiError PasswordPolicyViolation
   */
  async forUser(tx: Transaction, user: NamedUser, password: string): Promise<string> {
    const { accountId, identityId: userId } = user;
    const policy = await this.policies.find(tx, accountId);
    if (policy) refuse(violationOfRules(password, policy));
    else {
      const account = await tx.account.findUniqueOrThrow({ where: { accountId } });
      refuse(violationOfDefaultRules(password, [account.name, account.rootEmail, user.name]));
    }
    await refuseCommon(password);
    const past = await tx.pastPassword.findMany({ where: { accountId, userId }, orderBy: { number: 'desc' } });
    await this.refuseReused(password, past.slice(0, policy?.passwordReusePrevention ?? 0));
    const passwordHash = await this.hasher.hash(password);
    const number = (past[0]?.number ?? 0) + 1;
    await tx.pastPassword.create({ data: { accountId, userId, number, passwordHash } });
    await tx.pastPassword.deleteMany({ where: { accountId, userId, number: { lte: number - REMEMBERED } } });
    return passwordHash;
  }

  /**
   * A root user's new password. An account's policy applies to its users; AWS's default policy applies to the root
   * user.
   *
   * @returns its hash, for the caller to store
   * @throws ApiError PasswordPolicyViolation
   */
  async forRoot({ name, rootEmail }: NamedAccount, password: string): Promise<string> {
    refuse(violationOfDefaultRules(password, [name, rootEmail]));
    await refuseCommon(password);
    return this.hasher.hash(password);
  }

  private async refuseReused(password: string, past: readonly { passwordHash: string }[]): Promise<void> {
    const matches = await Promise.all(past.map(({ passwordHash }) => this.hasher.verify(passwordHash, password)));
    if (matches.includes(true)) {
      refuse('Policy constraint violation with password reuse prevention during password change');
    }
  }
}

async function refuseCommon(password: string): Promise<void> {
  if (await isCommonPassword(password)) refuse('Password should not be a commonly used password');
}

function refuse(violation: string | undefined): void {
  if (violation !== undefined) throw new ApiError('PasswordPolicyViolation', violation);
}
