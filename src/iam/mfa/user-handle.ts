/**
 * The user handle under which a discoverable credential is kept (W3C Web Authentication Level 3, §5.4.3). It says
 * whose the key is, so that nobody has to type a name; it is no secret, and names nobody to who finds it.
 *
 * @param principalId the user's unique id, or the account id for the root user
 */
export function userHandle(accountId: string, principalId: string): Buffer {
  return Buffer.from(`${accountId}/${principalId}`);
}

/** @param text base64url, as the client sends it */
export function parseUserHandle(text: string): { accountId: string; principalId: string } | undefined {
  const match = /^(\d{12})\/(\d{12}|AIDA[A-Z2-7]{17})$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  return match ? { accountId: match[1]!, principalId: match[2]! } : undefined;
}
