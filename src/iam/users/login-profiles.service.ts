import { Injectable } from '@nestjs/common';
import type { RequestFacts } from '../../access/actions/request-facts.js';
import { Clock } from '../../kernel/clock/clock.js';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { Identity, LoginProfile } from '../../generated/prisma/client.js';
import { endSessions } from '../resources/end-sessions.js';
import { makeSecondFactorsOnly } from '../resources/second-factors-only.js';
import { NewPasswords } from '../password-policy/new-passwords.service.js';
import { OwnPasswords } from '../password-policy/own-passwords.service.js';
import { SignInLocks } from '../../kernel/throttling/sign-in-locks.service.js';

export interface LoginProfileDescription {
  readonly userName: string;
  readonly createDate: Date;
  readonly passwordResetRequired: boolean;
}

interface ProfileChanges {
  readonly password?: string | undefined;
  readonly passwordResetRequired?: boolean | undefined;
}

/** Users' passwords. */
@Injectable()
export class LoginProfilesService {
  constructor(
    private readonly newPasswords: NewPasswords,
    private readonly ownPasswords: OwnPasswords,
    private readonly locks: SignInLocks,
    private readonly clock: Clock,
  ) {}

  /** @throws ApiError ValidationError without a password, EntityAlreadyExists, PasswordPolicyViolation */
  async create(
    tx: Transaction,
    user: Identity,
    { password, passwordResetRequired }: { password?: string | undefined; passwordResetRequired: boolean },
  ): Promise<LoginProfileDescription> {
    if (password === undefined) throw new ApiError('ValidationError', 'The parameter Password must be given.');
    const { accountId, identityId: userId } = user;
    if ((await tx.loginProfile.count({ where: { accountId, userId } })) > 0) {
      throw new ApiError('EntityAlreadyExists', `Login Profile for user ${user.name} already exists.`);
    }
    const passwordHash = await this.newPasswords.forUser(tx, user, password);
    const profile = await tx.loginProfile.create({ data: { accountId, userId, passwordHash, passwordResetRequired } });
    return describe(user, profile);
  }

  /** @throws ApiError NoSuchEntity */
  async get(tx: Transaction, user: Identity): Promise<LoginProfileDescription> {
    return describe(user, await this.require(tx, user));
  }

  /**
   * An administrator may set a password because of a break-in, so keys that could sign in without a password become
   * second factors only.
   *
   * @throws ApiError NoSuchEntity, PasswordPolicyViolation
   */
  async update(tx: Transaction, user: Identity, changes: ProfileChanges): Promise<void> {
    await this.set(tx, user, changes);
    if (changes.password !== undefined) await makeSecondFactorsOnly(tx, user.accountId, user.identityId);
  }

  /** Like `update`, by the user, who has proved the old password. */
  async set(tx: Transaction, user: Identity, { password, passwordResetRequired }: ProfileChanges): Promise<void> {
    await this.require(tx, user);
    const passwordHash = password === undefined ? undefined : await this.newPasswords.forUser(tx, user, password);
    await tx.loginProfile.update({
      where: key(user),
      data: {
        ...(passwordHash === undefined ? {} : { passwordHash, passwordSetAt: this.clock.now() }),
        ...(passwordResetRequired === undefined ? {} : { passwordResetRequired }),
      },
    });
    if (passwordHash !== undefined) await this.locks.passwordReplaced(tx, user);
    // A change or deletion of the password ends the sessions.
    await endSessions(tx, user.accountId, user.identityId, this.clock.now());
  }

  /**
   * A user's own new password, which also satisfies a required change.
   *
   * @throws ApiError NoSuchEntity, AccessDenied if the old password is wrong, PasswordPolicyViolation, Throttling
   */
  async change(
    tx: Transaction,
    user: Identity,
    { oldPassword, newPassword }: { oldPassword: string; newPassword: string },
    request: RequestFacts,
  ): Promise<void> {
    const { passwordHash } = await this.require(tx, user);
    const shown = { password: oldPassword, message: 'The old password was incorrect.' };
    const own = { accountId: user.accountId, principalId: user.identityId, passwordHash };
    await this.ownPasswords.require(tx, own, shown, request);
    await this.set(tx, user, { password: newPassword, passwordResetRequired: false });
  }

  /** @throws ApiError NoSuchEntity */
  async delete(tx: Transaction, user: Identity): Promise<void> {
    await this.require(tx, user);
    await tx.loginProfile.delete({ where: key(user) });
    await makeSecondFactorsOnly(tx, user.accountId, user.identityId);
    // A change or deletion of the password ends the sessions.
    await endSessions(tx, user.accountId, user.identityId, this.clock.now());
  }

  private async require(tx: Transaction, user: Identity): Promise<LoginProfile> {
    const profile = await tx.loginProfile.findUnique({ where: key(user) });
    if (!profile) throw new ApiError('NoSuchEntity', `Login Profile for User ${user.name} cannot be found.`);
    return profile;
  }
}

function key({ accountId, identityId }: Identity) {
  return { accountId_userId: { accountId, userId: identityId } };
}

function describe(user: Identity, profile: LoginProfile): LoginProfileDescription {
  return {
    userName: user.name,
    createDate: profile.createdAt,
    passwordResetRequired: profile.passwordResetRequired,
  };
}
