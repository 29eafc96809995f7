import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { ApiError } from '../../kernel/errors/errors.js';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { PasswordPolicy } from '../../generated/prisma/client.js';
import type { passwordPolicyOutput, updateAccountPasswordPolicyInput } from './password-policy.schema.js';

const MILLISECONDS_OF_DAY = 86_400_000;

type Description = z.input<typeof passwordPolicyOutput>['passwordPolicy'];

/** When a password expires, and whether its user can then still replace it. */
export interface PasswordExpiry {
  readonly at: Date;
  /** Only an administrator can set a new password after that. */
  readonly isHard: boolean;
}

/** Password policies of accounts for their users. */
@Injectable()
export class PasswordPoliciesService {
  /** Replaces the whole policy: members that are omitted get their defaults. */
  async set(tx: Transaction, accountId: string, input: z.output<typeof updateAccountPasswordPolicyInput>) {
    const { maxPasswordAge = null, passwordReusePrevention = null, hardExpiry = null, ...rules } = input;
    const policy = { ...rules, maxPasswordAge, passwordReusePrevention, hardExpiry };
    await tx.passwordPolicy.upsert({ where: { accountId }, create: { accountId, ...policy }, update: policy });
  }

  /** @throws ApiError NoSuchEntity if the account has no password policy */
  async describe(tx: Transaction, accountId: string): Promise<Description> {
    const policy = await this.find(tx, accountId);
    if (!policy) {
      const message = `The Password Policy with domain name ${accountId} cannot be found.`;
      throw new ApiError('NoSuchEntity', message);
    }
    const { maxPasswordAge, passwordReusePrevention, hardExpiry } = policy;
    return {
      ...policy,
      expirePasswords: maxPasswordAge !== null,
      maxPasswordAge: maxPasswordAge ?? undefined,
      passwordReusePrevention: passwordReusePrevention ?? undefined,
      hardExpiry: hardExpiry ?? undefined,
    };
  }

  /** @throws ApiError NoSuchEntity */
  async delete(tx: Transaction, accountId: string): Promise<void> {
    const { count } = await tx.passwordPolicy.deleteMany({ where: { accountId } });
    if (count === 0) {
      throw new ApiError('NoSuchEntity', 'The account policy with name PasswordPolicy cannot be found.');
    }
  }

  async find(tx: Transaction, accountId: string): Promise<PasswordPolicy | undefined> {
    return (await tx.passwordPolicy.findUnique({ where: { accountId } })) ?? undefined;
  }

  /** @returns undefined if passwords of the account do not expire */
  async expiryOf(tx: Transaction, accountId: string, passwordSetAt: Date): Promise<PasswordExpiry | undefined> {
    const policy = await this.find(tx, accountId);
    if (!policy?.maxPasswordAge) return undefined;
    const at = new Date(passwordSetAt.getTime() + policy.maxPasswordAge * MILLISECONDS_OF_DAY);
    return { at, isHard: policy.hardExpiry ?? false };
  }
}
