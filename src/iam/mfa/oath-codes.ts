import { timingSafeEqual } from 'node:crypto';
import { generateSync } from 'otplib';
import { TimeSlices } from '../../kernel/time-slices.js';

/** How a device computes its codes. Sources: RFC 4226 (HOTP), RFC 6238 (TOTP: HOTP of the time step). */
export interface OathParameters {
  readonly seed: Uint8Array;
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  readonly digits: 6 | 8;
}

/** @param counter of HOTP, or the time step of TOTP */
export function codeAt({ seed, algorithm, digits }: OathParameters, counter: number): string {
  return generateSync({ strategy: 'hotp', secret: seed, algorithm, digits, counter });
}

/** @returns the time step of TOTP (RFC 6238 §4.2) */
export function timeStep(now: Date, period: number): number {
  return Math.floor(now.getTime() / 1000 / period);
}

/**
 * Searches for a code in a window of counters, in an order that prefers the middle. All counters are compared, and each
 * comparison takes the same time.
 *
 * @returns the counter with this code; undefined if there is none
 */
export function findCode(
  parameters: OathParameters,
  code: string,
  window: { readonly from: number; readonly to: number },
): number | undefined {
  let found: number | undefined;
  for (let counter = Math.max(0, window.from); counter <= window.to; counter += 1) {
    if (isSame(codeAt(parameters, counter), code)) found ??= counter;
  }
  return found;
}

/**
 * Searches for two consecutive codes, in slices, because the window may contain thousands of counters.
 *
 * @returns the counter of the second
 */
export async function findCodePair(
  parameters: OathParameters,
  [first, second]: readonly [string, string],
  window: { readonly from: number; readonly to: number },
): Promise<number | undefined> {
  const slices = new TimeSlices();
  let previous = isSame(codeAt(parameters, Math.max(0, window.from)), first);
  let found: number | undefined;
  for (let counter = Math.max(0, window.from) + 1; counter <= window.to; counter += 1) {
    await slices.next();
    const code = codeAt(parameters, counter);
    if (previous && isSame(code, second)) found ??= counter;
    previous = isSame(code, first);
  }
  return found;
}

function isSame(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
