import { randomBytes } from 'node:crypto';
import { newRowToken, parseRowToken } from '../../kernel/secrets/row-token.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { RefreshTokens } from './refresh-tokens.service.js';

const accountId = '111122223333';
const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const tokens = new RefreshTokens(new SecretBox(newKey, [oldKey]));
const issued = tokens.issue(accountId);

it('recognizes tokens that were issued, under present and previous master keys', () => {
  const earlier = new RefreshTokens(new SecretBox(oldKey)).issue(accountId);
  for (const token of [issued, earlier]) {
    expect(parseRowToken(token.text)).toEqual(token);
    expect(tokens.wasIssued(token)).toBe(true);
  }
});

it.each([
  ['a secret of somebody else’s making', () => newRowToken(accountId, issued.rowId).text],
  ['the secret of another session', () => issued.text.replace(issued.rowId, tokens.issue(accountId).rowId)],
  ['the secret of another account', () => issued.text.replace(accountId, '999922223333')],
  ['another nonce', () => changed(issued.text, -43)],
  ['another MAC', () => changed(issued.text, -3)],
  ['another spelling of the same bytes', () => changed(issued.text, -1, (code) => code ^ 1)],
  ['an unknown master key', () => new RefreshTokens(new SecretBox(randomBytes(32))).issue(accountId).text],
])('does not recognize %s', (_, forge) => {
  const token = parseRowToken(forge());
  expect(token).toBeDefined();
  expect(tokens.wasIssued(token!)).toBe(false);
});

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** With another digit at a place, counted from the end. */
function changed(text: string, place: number, change = (digit: number) => digit ^ 32): string {
  const at = text.length + place;
  return text.slice(0, at) + DIGITS[change(DIGITS.indexOf(text[at]!))]! + text.slice(at + 1);
}
