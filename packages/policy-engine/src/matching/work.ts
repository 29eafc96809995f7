import type { PatternToken } from './template.js';

/**
 * How much matching one decision may take. One step is about a nanosecond: a character that a search looks at, or 32
 * states of an automaton. Real policies take some thousand steps; this bound is some 5 to 15 ms.
 */
const MAX_STEPS = 4_000_000;

/** A decision would take more than `MAX_STEPS`. Nothing was decided, so nothing is allowed. */
export class WorkLimitExceeded extends Error {
  constructor() {
    super(`Evaluating the policies for this request takes more than ${MAX_STEPS} steps`);
    this.name = 'WorkLimitExceeded';
  }
}

/** Outside of a decision nothing is counted: minus infinity stays what it is. */
const UNBOUNDED = -Infinity;

let steps = UNBOUNDED;

/** Starts counting for a decision, which is synchronous: one counter is enough. */
export function beginWork(): void {
  steps = 0;
}

export function endWork(): void {
  steps = UNBOUNDED;
}

/**
 * Counts what was done, or is about to be. Only matching that can be long for its pattern is counted: comparing a prefix
 * is not.
 *
 * @throws WorkLimitExceeded
 */
export function countWork(done: number): void {
  steps += done;
  if (steps > MAX_STEPS) throw new WorkLimitExceeded();
}

/** For a pattern that is known only once the request's values stand in it. */
export function stepsToCompile(pattern: readonly PatternToken[]): number {
  return pattern.reduce((sum, token) => sum + 100 + (token.type === 'text' ? 200 * token.text.length : 0), 0);
}
