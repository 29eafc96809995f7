import type { Database, Transaction } from '../database/database.service.js';
import { Guesses } from './guesses.service.js';
import type { Throttle } from './throttle.service.js';

const attempt = { purpose: 'code', principal: 'ana', isKnownAddress: true } as const;

/** @param waits seconds: before the guess, and when it is counted */
function guessesWith(...waits: readonly [number, number]) {
  const settled: boolean[] = [];
  const throttle = {
    waitOf: () => Promise.resolve(waits[0]),
    settle: (_tx: unknown, _attempt: unknown, isRight: boolean) => {
      settled.push(isRight);
      return Promise.resolve(waits[1]);
    },
  } as unknown as Throttle;
  const database = { inPlatform: (_tx: unknown, work: () => unknown) => work() } as unknown as Database;
  const guesses = new Guesses(throttle, database);
  const make = (isRight: boolean | undefined) =>
    guesses.make({} as Transaction, attempt, new Date(), () => Promise.resolve(isRight));
  return { make, settled };
}

it.each([true, false])('counts what was guessed: %s', async (isRight) => {
  const { make, settled } = guessesWith(0, 0);
  expect(await make(isRight)).toEqual({ isRight });
  expect(settled).toEqual([isRight]);
});

it('counts nothing that was no guess', async () => {
  const { make, settled } = guessesWith(0, 0);
  expect([await make(undefined), settled]).toEqual([undefined, []]);
});

/** Threat: many guesses at once, of which the last ones are made before the first ones are counted. */
it.each([
  [5, 0],
  [0, 5],
] as const)('does not tell whether a delayed guess was right (%d s before, %d s after)', async (before, after) => {
  const told = await Promise.all([true, false].map((isRight) => guessesWith(before, after).make(isRight)));
  expect(told).toEqual(Array(2).fill({ delayed: expect.objectContaining({ code: 'Throttling' }) }));
});
