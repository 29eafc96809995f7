import type { PatternToken } from './template.js';

/**
 * The maximum number of steps for one decision. One step takes about a nanosecond: a character that a search looks at,
 * or 32 states of an automaton. Real policies take some thousand steps; this limit is about 5 to 15 ms.
 */
const MAX_STEPS = 4_000_000;

/** A decision would take more than `MAX_STEPS`. Nothing was decided, so nothing is allowed. */
export class WorkLimitExceeded extends Error {
  constructor() {
    super(`Evaluating the policies for this request takes more than ${MAX_STEPS} steps`);
    this.name = 'WorkLimitExceeded';
  }
}

/** Nothing is counted outside of a decision: minus infinity does not change. */
const UNBOUNDED = -Infinity;

let steps = UNBOUNDED;

/** Starts counting for a decision. Decisions are synchronous, so one counter is sufficient. */
export function beginWork(): void {
  steps = 0;
}

export function endWork(): void {
  steps = UNBOUNDED;
}

/**
 * Counts steps that were done or are about to be done. Only matching that can take long is counted: comparing a prefix
 * is not.
 *
 * @throws WorkLimitExceeded
 */
export function countWork(done: number): void {
  steps += done;
  if (steps > MAX_STEPS) throw new WorkLimitExceeded();
}

/** For a pattern that is known only after substituting the request's values. */
export function stepsToCompile(pattern: readonly PatternToken[]): number {
  return pattern.reduce((sum, token) => sum + 100 + (token.type === 'text' ? 200 * token.text.length : 0), 0);
}
