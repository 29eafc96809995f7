import type { Decider } from './candidate.js';

/** Minimum nanoseconds for which each candidate is timed, after the same time of warm-up. */
const BUDGET = 150_000_000n;
const BATCH = 1024;

/** @returns the median over batches of the nanoseconds of one decision */
export function medianNanoseconds(decider: Decider): number {
  run(decider, BUDGET / 3n);
  const samples = run(decider, BUDGET).sort((left, right) => left - right);
  return samples[samples.length >> 1]!;
}

/** Enough calls per sample for the clock, few enough that a slow candidate still gives several samples. */
function run(decider: Decider, budget: bigint): number[] {
  const samples: number[] = [];
  const end = process.hrtime.bigint() + budget;
  let size = 1;
  let position = 0;
  let allowed = 0;
  while (process.hrtime.bigint() < end || samples.length < 5) {
    const started = process.hrtime.bigint();
    for (let count = 0; count < size; count += 1) {
      allowed += decider(position) ? 1 : 0;
      position = (position + 1) % BATCH;
    }
    const elapsed = Number(process.hrtime.bigint() - started);
    samples.push(elapsed / size);
    if (elapsed < 200_000) size = Math.min(size * 2, BATCH * 16);
  }
  if (allowed < 0) throw new Error('kept, so that the calls are not optimised away');
  return samples;
}

/** Bytes of heap that remain in use by the result. */
export function heapOf<Kept>(make: () => Kept): { kept: Kept; bytes: number } {
  const collect = globalThis.gc ?? (() => undefined);
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = make();
  collect();
  return { kept, bytes: process.memoryUsage().heapUsed - before };
}
