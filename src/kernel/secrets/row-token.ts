import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';

/**
 * A token that stands for one row of one account: a refresh token, a session cookie, a step of signing in. It names
 * its row, which is thereby found without a search, and carries a secret of 32 bytes of which only the hash is kept.
 */
export interface RowToken {
  readonly accountId: string;
  readonly rowId: string;
  /** `123456789012.<row id>.<secret>` */
  readonly text: string;
}

export function newRowToken(accountId: string, rowId: string = randomUUID()): RowToken {
  return { accountId, rowId, text: rowTokenText({ accountId, rowId }, randomBytes(32)) };
}

/** @param secret 32 bytes */
export function rowTokenText({ accountId, rowId }: Pick<RowToken, 'accountId' | 'rowId'>, secret: Buffer): string {
  return `${accountId}.${rowId}.${secret.toString('base64url')}`;
}

/** @returns undefined when the text is no token of ours */
export function parseRowToken(text: string): RowToken | undefined {
  const [, accountId, rowId] = /^(\d{12})\.([0-9a-f-]{36})\.[\w-]{43}$/.exec(text) ?? [];
  return accountId && rowId ? { accountId, rowId, text } : undefined;
}

/** SHA-256 is enough: the secret is random, not chosen by anyone. */
export function hashRowToken({ text }: RowToken): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text).digest());
}

export function isHashOf(hash: Uint8Array, token: RowToken): boolean {
  return timingSafeEqual(hash, hashRowToken(token));
}
