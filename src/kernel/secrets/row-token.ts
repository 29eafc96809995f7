import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';

/**
 * A token for one row of one account: a refresh token, a session cookie, a sign-in step. It contains the key of its
 * row, so that no search is needed, and a secret of 32 bytes of which only the hash is stored.
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

/** @returns undefined if the text is not such a token */
export function parseRowToken(text: string): RowToken | undefined {
  const [, accountId, rowId] = /^(\d{12})\.([0-9a-f-]{36})\.[\w-]{43}$/.exec(text) ?? [];
  return accountId && rowId ? { accountId, rowId, text } : undefined;
}

/** SHA-256 is sufficient, because the secret is random. */
export function hashRowToken({ text }: RowToken): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text).digest());
}

export function isHashOf(hash: Uint8Array, token: RowToken): boolean {
  return timingSafeEqual(hash, hashRowToken(token));
}
