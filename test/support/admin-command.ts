import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../scripts/admin.mjs', import.meta.url));

/** `npm run admin -- <words>`. @param environment the whole environment, except the PATH */
export function runAdmin(words: readonly string[], environment: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    env: { PATH: process.env.PATH, ...environment },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
