import { createHash, randomBytes } from 'node:crypto';

/** What a refresh token says; the secret part is random and only its hash is kept. */
export interface RefreshToken {
  readonly accountId: string;
  readonly sessionId: string;
  readonly text: string;
}

/** 256 random bits behind the account and the session, which lead to the row without a search. */
export function newRefreshToken(accountId: string, sessionId: string): RefreshToken {
  const text = `${accountId}.${sessionId}.${randomBytes(32).toString('base64url')}`;
  return { accountId, sessionId, text };
}

/** @returns undefined when the text is no refresh token of ours */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, accountId, sessionId] = /^(\d{12})\.([0-9a-f-]{36})\.[\w-]{43}$/.exec(text) ?? [];
  return accountId && sessionId ? { accountId, sessionId, text } : undefined;
}

export function hashRefreshToken({ text }: RefreshToken): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text).digest());
}
