/** When a key was made: all that rotation looks at. */
export interface DatedKey {
  readonly createdAt: Date;
}

/**
 * A key is published so long before it signs: until then every replica has loaded it, and services that keep the key
 * set have fetched it anew.
 */
const PUBLISHED_MILLISECONDS = 15 * 60_000;

/** Clocks differ. */
const MARGIN_MILLISECONDS = 5 * 60_000;

const DAY_MILLISECONDS = 86_400_000;

/** @param keys in the order in which they were made, at least one */
export function signerAt<Key extends DatedKey>(keys: readonly Key[], now: Date): Key {
  const published = keys.filter(({ createdAt }) => now.getTime() - createdAt.getTime() >= PUBLISHED_MILLISECONDS);
  return published.at(-1) ?? keys[0]!;
}

/** The newest key is old enough for a new one to be made. */
export function isRotationDue(keys: readonly DatedKey[], now: Date, days: number): boolean {
  const newest = keys.at(-1);
  return newest === undefined || now.getTime() - newest.createdAt.getTime() >= days * DAY_MILLISECONDS;
}

/** Keys before the signer whose last tokens have expired: nothing that they signed is good any more. */
export function outlived<Key extends DatedKey>(keys: readonly Key[], now: Date, tokenSeconds: number): Key[] {
  const signer = signerAt(keys, now);
  const signsSince = signer.createdAt.getTime() + PUBLISHED_MILLISECONDS;
  if (now.getTime() < signsSince + tokenSeconds * 1000 + MARGIN_MILLISECONDS) return [];
  return keys.slice(0, keys.indexOf(signer));
}
