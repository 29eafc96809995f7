import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../kernel/database/database.service.js';
import type { MfaDevice, OathSecret } from '../../generated/prisma/client.js';
import { SecretBox } from '../../kernel/secrets/secret-box.js';
import { findCode, findCodePair, type OathParameters, timeStep } from './oath-codes.js';

export type OathDevice = MfaDevice & { oath: OathSecret };

/** A seed, and how codes are computed from it. */
export interface NewOathSecret extends OathParameters {
  readonly type: 'totp' | 'hotp';
  /** Seconds; TOTP only. */
  readonly period?: number | undefined;
  /** The highest counter or time step whose code was used. */
  readonly lastCounter?: bigint;
  /** Number of steps by which the device's clock is ahead; TOTP only. */
  readonly drift?: number;
}

/** The window around the expected counter in which a code is searched: before and after. */
interface Reach {
  readonly before: number;
  readonly after: number;
}

/** RFC 6238 §5.2 recommends one step for transmission delays; RFC 4226 §7.4 a small look-ahead for unused codes. */
const SIGN_IN = { totp: { before: 1, after: 1 }, hotp: { before: 0, after: 9 } } as const;
/** Two codes that were entered minutes late made the device's clock appear slower than it is. */
const SIGN_IN_WITH_DRIFT = { before: 1, after: 5 } as const;
/** Ten minutes, for the clock of a new device or the codes that somebody generated while trying. */
const ENABLE = { totp: { before: 20, after: 20 }, hotp: { before: 0, after: 99 } } as const;
/** A day; RFC 4226 §7.4: two consecutive codes permit a wide search. */
const RESYNC = { totp: { before: 2880, after: 2880 }, hotp: { before: 0, after: 999 } } as const;

/** Devices that show codes. A code is accepted once across replicas, which the row ensures. */
@Injectable()
export class OathDevicesService {
  constructor(private readonly secrets: SecretBox) {}

  async store(tx: Transaction, { accountId, deviceId }: MfaDevice, secret: NewOathSecret): Promise<void> {
    const { seed, type, algorithm, digits, period = null, lastCounter = -1n, drift = 0 } = secret;
    const sealed = this.secrets.seal(seed, seedOwner(accountId, deviceId));
    await tx.oathSecret.create({
      data: {
        accountId,
        deviceId,
        sealedSeed: new Uint8Array(sealed),
        type,
        algorithm,
        digits,
        period,
        lastCounter,
        drift,
      },
    });
  }

  /**
   * Two consecutive codes of a TOTP seed that does not belong to a device yet.
   *
   * @returns the values to store with the seed; undefined if the codes are wrong
   */
  async proveSeed(
    secret: OathParameters & { readonly period: number },
    codes: readonly [string, string],
    now: Date,
  ): Promise<{ readonly lastCounter: bigint; readonly drift: number } | undefined> {
    const due = timeStep(now, secret.period);
    const { before, after } = ENABLE.totp;
    const counter = await findCodePair(secret, codes, { from: due - before, to: due + after });
    if (counter === undefined) return undefined;
    return { lastCounter: BigInt(counter), drift: driftOf(counter - due) };
  }

  /** Whether the code is valid; it is used up. */
  async accept(tx: Transaction, { oath }: OathDevice, code: string, now: Date): Promise<boolean> {
    const parameters = this.parameters(oath);
    const found = signInWindows(oath, now).map((window) => findCode(parameters, code, window));
    const counter = found.find((one) => one !== undefined);
    return counter !== undefined && this.use(tx, oath, counter, now);
  }

  /** Two consecutive codes, when a device is enabled. */
  acceptFirst(tx: Transaction, device: OathDevice, codes: readonly [string, string], now: Date): Promise<boolean> {
    return this.acceptPair(tx, device, codes, now, ENABLE[typeOf(device.oath)]);
  }

  /** Two consecutive codes of a device whose clock or counter is out of step. */
  resynchronise(tx: Transaction, device: OathDevice, codes: readonly [string, string], now: Date): Promise<boolean> {
    return this.acceptPair(tx, device, codes, now, RESYNC[typeOf(device.oath)]);
  }

  private async acceptPair(
    tx: Transaction,
    { oath }: OathDevice,
    codes: readonly [string, string],
    now: Date,
    reach: Reach,
  ): Promise<boolean> {
    const counter = await findCodePair(
      this.parameters(oath),
      codes,
      windowAround(oath, expectedCounter(oath, now), reach),
    );
    return counter !== undefined && this.use(tx, oath, counter, now);
  }

  /** INVARIANT: lastCounter only rises, so of two requests with the same code only one changes the row. */
  private async use(tx: Transaction, oath: OathSecret, counter: number, now: Date): Promise<boolean> {
    const { accountId, deviceId, type, drift } = oath;
    const offset = type === 'totp' ? counter - timeStep(now, oath.period!) : drift;
    const { count } = await tx.oathSecret.updateMany({
      where: { accountId, deviceId, lastCounter: { lt: counter } },
      data: {
        lastCounter: counter,
        // RFC 6238 §6. For a slow reader, a code that is one step old is still the device's latest: no drift.
        ...(driftOf(offset - drift) === 0 ? {} : { drift: offset }),
      },
    });
    return count === 1;
  }

  private parameters({ accountId, deviceId, sealedSeed, algorithm, digits }: OathSecret): OathParameters {
    const seed = this.secrets.open(sealedSeed, seedOwner(accountId, deviceId));
    return { seed, algorithm: algorithm as OathParameters['algorithm'], digits: digits as OathParameters['digits'] };
  }
}

/** RFC 6238 §5.2: a difference of one step is caused by a slow reader and not by the clock. */
function driftOf(steps: number): number {
  return Math.abs(steps) > 1 ? steps : 0;
}

function typeOf({ type }: OathSecret): 'totp' | 'hotp' {
  return type as 'totp' | 'hotp';
}

/** The expected counter: by the clock and the device's drift, or the one after the last. */
function expectedCounter({ type, period, drift, lastCounter }: OathSecret, now: Date): number {
  return type === 'totp' ? timeStep(now, period!) + drift : Number(lastCounter) + 1;
}

/**
 * If a device seems to have drifted, its owner may have been slow while its clock is correct, so its codes are searched
 * around both times. The first code that is used settles which of the two is true.
 */
function signInWindows(oath: OathSecret, now: Date) {
  const expected = expectedCounter(oath, now);
  if (oath.drift === 0) return [windowAround(oath, expected, SIGN_IN[typeOf(oath)])];
  return [
    windowAround(oath, expected, SIGN_IN_WITH_DRIFT),
    windowAround(oath, expected - oath.drift, SIGN_IN[typeOf(oath)]),
  ];
}

/** Counters that were already accepted are not searched. */
function windowAround({ lastCounter }: OathSecret, expected: number, { before, after }: Reach) {
  return { from: Math.max(expected - before, Number(lastCounter) + 1), to: expected + after };
}

/** The owner to which the sealed seed of a device is bound. */
export function seedOwner(accountId: string, deviceId: string): readonly string[] {
  return ['oath-seed', accountId, deviceId];
}
