/**
 * The user handle of a discoverable credential (W3C Web Authentication Level 3, §5.4.3). It identifies the owner of the
 * key, so that no name has to be typed. It is not a secret, and contains no names.
 *
 * @param principalId the user's unique ID, or the account ID for the root user
 */
export function userHandle(accountId: string, principalId: string): Buffer {
  return Buffer.from(`${accountId}/${principalId}`);
}

/** @param text base64url, as sent by the client */
export function parseUserHandle(text: string): { accountId: string; principalId: string } | undefined {
  const match = /^(\d{12})\/(\d{12}|AIDA[A-Z2-7]{17})$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  return match ? { accountId: match[1]!, principalId: match[2]! } : undefined;
}
