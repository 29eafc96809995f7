import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type RowToken, rowTokenText } from '../../kernel/secrets/row-token.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';

const NONCE_BYTES = 16;
const MAC_BYTES = 16;

/**
 * Refresh tokens of sessions. The secret of a token is 16 random bytes and their MAC under a key that is derived from
 * the master key: this distinguishes earlier tokens of a session from forged ones, however many there were.
 */
@Injectable()
export class RefreshTokens {
  private readonly box: SecretBox;

  constructor(secrets: SecretBox) {
    this.box = secrets.derive('refresh tokens');
  }

  issue(accountId: string, sessionId: string = randomUUID()): RowToken {
    const token = { accountId, rowId: sessionId };
    const nonce = randomBytes(NONCE_BYTES);
    return { ...token, text: textOf(token, nonce, this.box.mac(contentOf(token, nonce))) };
  }

  /** Whether it was ever issued for its session. */
  wasIssued(token: RowToken): boolean {
    const secret = token.text.slice(token.text.lastIndexOf('.') + 1);
    const nonce = Buffer.from(secret, 'base64url').subarray(0, NONCE_BYTES);
    const given = Buffer.from(token.text);
    return this.box
      .macs(contentOf(token, nonce))
      .some((mac) => timingSafeEqual(given, Buffer.from(textOf(token, nonce, mac))));
  }
}

type Place = Pick<RowToken, 'accountId' | 'rowId'>;

function contentOf({ accountId, rowId }: Place, nonce: Buffer): string {
  return `${accountId}.${rowId}.${nonce.toString('hex')}`;
}

function textOf(token: Place, nonce: Buffer, mac: Buffer): string {
  return rowTokenText(token, Buffer.concat([nonce, mac.subarray(0, MAC_BYTES)]));
}
