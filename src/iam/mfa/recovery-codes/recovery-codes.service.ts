import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../kernel/database/database.service.js';
import { SecretBox } from '../../../kernel/secrets/secret-box.js';
import { newRecoveryCode, recoveryCodeHash } from './recovery-code.js';

const CODES = 10;

/**
 * Codes that stand in for an MFA device that is lost. They are a second factor, each good once.
 *
 * Only hashes are kept, under a key of each set's own that is sealed under the master key: a copy of the database tells
 * nothing, and the master key can be rotated. `principalId` is the user's unique id, or the account id for the root user.
 */
@Injectable()
export class RecoveryCodes {
  constructor(private readonly secrets: SecretBox) {}

  /** Ten new codes in place of those that were. @returns the codes, which nothing can show again */
  async replace(tx: Transaction, accountId: string, principalId: string, now: Date): Promise<string[]> {
    const codes = Array.from({ length: CODES }, newRecoveryCode);
    const key = randomBytes(32);
    const set = {
      sealedKey: new Uint8Array(this.secrets.seal(key, recoveryKeyOwner(accountId, principalId))),
      hashes: codes.map((code) => new Uint8Array(recoveryCodeHash(key, code))),
      createdAt: now,
    };
    const where = { accountId_principalId: { accountId, principalId } };
    await tx.recoveryCodeSet.upsert({ where, create: { accountId, principalId, ...set }, update: set });
    return codes;
  }

  /** @returns undefined when the principal has never had any, or they were taken away */
  async describe(tx: Transaction, accountId: string, principalId: string) {
    const set = await tx.recoveryCodeSet.findUnique({ where: { accountId_principalId: { accountId, principalId } } });
    return set ? { left: set.hashes.length, createDate: set.createdAt } : undefined;
  }

  /** Whether the code is one of the principal's. It is used up, on whichever replica: the row decides. */
  async use(tx: Transaction, accountId: string, principalId: string, code: string): Promise<boolean> {
    const set = await tx.recoveryCodeSet.findUnique({ where: { accountId_principalId: { accountId, principalId } } });
    if (!set) return false;
    const key = this.secrets.open(set.sealedKey, recoveryKeyOwner(accountId, principalId));
    const given = recoveryCodeHash(key, code);
    // All are compared, each in the same time.
    const [found] = set.hashes.filter((hash) => timingSafeEqual(hash, given));
    if (!found) return false;
    const changed = await tx.$executeRaw`
      UPDATE recovery_code_sets SET hashes = array_remove(hashes, ${found})
      WHERE account_id = ${accountId}::bpchar AND principal_id = ${principalId} AND ${found} = ANY(hashes)`;
    return changed === 1;
  }

  /** @returns whether there were any */
  async delete(tx: Transaction, accountId: string, principalId: string): Promise<boolean> {
    return (await tx.recoveryCodeSet.deleteMany({ where: { accountId, principalId } })).count > 0;
  }
}

/** What the sealed key of a set is bound to. */
export function recoveryKeyOwner(accountId: string, principalId: string): readonly string[] {
  return ['recovery-codes', accountId, principalId];
}
