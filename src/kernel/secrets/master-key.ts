import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config/settings.js';

/**
 * The master key from GATEHOUSE_MASTER_KEY, or the one in the data directory, which is generated at the first start
 * (mode 0600).
 *
 * @returns the key, and a warning for the operator if it is stored next to the data that it protects
 */
export function loadMasterKey(settings: Settings): { key: Buffer; warning?: string } {
  if (settings.masterKey) return { key: settings.masterKey };
  const file = join(settings.dataDirectory, 'master.key');
  const key = readKey(file) ?? createKey(settings.dataDirectory, file);
  return {
    key,
    warning:
      'The master key was generated in ' +
      `${file}, next to the data that it protects. For production, set GATEHOUSE_MASTER_KEY and keep a ` +
      'copy elsewhere: without the key, no secret can be decrypted.',
  };
}

function readKey(file: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32) throw new Error(`${file} does not contain a master key (32 bytes in base64)`);
  return key;
}

/**
 * Written to another file and linked into place, so that neither a crash nor a second server leaves an incomplete key
 * or two keys.
 */
function createKey(directory: string, file: string): Buffer {
  mkdirSync(directory, { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readKey(file)!;
}
