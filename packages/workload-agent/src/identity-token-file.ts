import { rename, writeFile } from 'node:fs/promises';
import type { WorkloadSource } from './workload-source.js';

/** Milliseconds until the next attempt if Gatehouse returned no token. */
const RETRY = 10_000;

/**
 * Keeps a file with a valid token: it is renewed after half of its lifetime. The file is replaced as a whole, so that
 * nobody reads half a token, and is readable only by its owner.
 *
 * @returns call it to stop
 */
export function keepTokenFile(source: WorkloadSource, file: string, audience: string): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const next = (milliseconds: number) => {
    if (!isOver) timer = setTimeout(() => void renew(), milliseconds);
  };
  const renew = async () => {
    try {
      const given = await source.identityToken(audience);
      await writeFile(`${file}.new`, given.token, { mode: 0o600 });
      await rename(`${file}.new`, file);
      next(Math.max(1000, (Date.parse(given.expiration) - Date.now()) / 2));
    } catch (error) {
      console.error(`The identity token was not written: ${error instanceof Error ? error.message : String(error)}`);
      next(RETRY);
    }
  };
  void renew();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
