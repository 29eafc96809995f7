import type { Ask, Workload } from './workload.js';

/** Something that decides. */
export interface Candidate {
  readonly name: string;
  /** Loads the policies and prepares the questions, which is not timed. */
  readonly prepare: (workload: Workload) => Promise<Decider> | Decider;
}

/** Answers the nth question of the workload. */
export type Decider = (index: number) => boolean;

/** Prepares every question once, so that only deciding is timed. */
export function prepared<Question>(asks: readonly Ask[], toQuestion: (ask: Ask) => Question): readonly Question[] {
  return asks.map(toQuestion);
}
