import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

const own = (name: string) => readFileSync(new URL(`../../../assets/sign-in/${name}`, import.meta.url));

/** Everything that the pages load; nothing comes from other hosts. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const main = createRequire(import.meta.url).resolve('@simplewebauthn/browser');
  const bundle = join(dirname(main), '..', BUNDLE);
  return new Map([
    ['sign-in.css', { type: 'text/css; charset=utf-8', content: own('sign-in.css') }],
    ['security-key.js', { type: 'text/javascript; charset=utf-8', content: own('security-key.js') }],
    ['webauthn.js', { type: 'text/javascript; charset=utf-8', content: readFileSync(bundle) }],
  ]);
}

/** SimpleWebAuthn's own build for pages without a bundler. */
const BUNDLE = 'dist/bundle/index.umd.min.js';
