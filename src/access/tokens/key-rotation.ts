/** When a key was created: rotation needs nothing else. */
export interface DatedKey {
  readonly createdAt: Date;
}

/**
 * How long a key is published before it is used: by then every replica has loaded it, and services that cache the key
 * set have fetched it again.
 */
const PUBLISHED_MILLISECONDS = 15 * 60_000;

/** Clocks differ. */
const MARGIN_MILLISECONDS = 5 * 60_000;

const DAY_MILLISECONDS = 86_400_000;

/** @param keys in order of creation, at least one */
export function signerAt<Key extends DatedKey>(keys: readonly Key[], now: Date): Key {
  const published = keys.filter(({ createdAt }) => now.getTime() - createdAt.getTime() >= PUBLISHED_MILLISECONDS);
  return published.at(-1) ?? keys[0]!;
}

/** Whether the newest key is old enough for a new one. */
export function isRotationDue(keys: readonly DatedKey[], now: Date, days: number): boolean {
  const newest = keys.at(-1);
  return newest === undefined || now.getTime() - newest.createdAt.getTime() >= days * DAY_MILLISECONDS;
}

/** Keys before the current signing key whose last tokens have expired. */
export function outlived<Key extends DatedKey>(keys: readonly Key[], now: Date, tokenSeconds: number): Key[] {
  const signer = signerAt(keys, now);
  const signsSince = signer.createdAt.getTime() + PUBLISHED_MILLISECONDS;
  if (now.getTime() < signsSince + tokenSeconds * 1000 + MARGIN_MILLISECONDS) return [];
  return keys.slice(0, keys.indexOf(signer));
}
