import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's package. `.ci/run` installs it. */
const EXECUTABLE = '/usr/bin/chromium';

export const hasBrowser = existsSync(EXECUTABLE);

/** @param more switches */
export function startBrowser(more: readonly string[] = []): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
  args.push('--disable-component-update', '--disable-sync', ...more);
  return chromium.launch({ executablePath: EXECUTABLE, headless: true, args });
}

/** Stored in `test-output/` of the project, with the test's report. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = fileURLToPath(new URL('../../test-output/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
