import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../kernel/database/database.service.js';
import { SecretBox } from '../../../kernel/secrets/secret-box.js';
import { newRecoveryCode, recoveryCodeHash } from './recovery-code.js';

const CODES = 10;

/**
 * Codes that replace a lost MFA device. They are a second factor, each valid once.
 *
 * Only hashes are stored, under a separate key per set that is sealed under the master key: a copy of the database
 * reveals nothing, and the master key can be rotated. `principalId` is the user's unique ID, or the account ID for the
 * root user.
 */
@Injectable()
export class RecoveryCodes {
  constructor(private readonly secrets: SecretBox) {}

  /** Ten new codes that replace the earlier ones. @returns the codes, which cannot be retrieved again */
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

  /** @returns undefined if the principal never had any, or they were deleted */
  async describe(tx: Transaction, accountId: string, principalId: string) {
    const set = await tx.recoveryCodeSet.findUnique({ where: { accountId_principalId: { accountId, principalId } } });
    return set ? { left: set.hashes.length, createDate: set.createdAt } : undefined;
  }

  /** Whether the code is one of the principal's. It is used up across replicas, which the row ensures. */
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

/** The owner to which the sealed key of a set is bound. */
export function recoveryKeyOwner(accountId: string, principalId: string): readonly string[] {
  return ['recovery-codes', accountId, principalId];
}
