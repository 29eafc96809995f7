import type { AccountFacts } from './account-facts.js';

/** Most urgent first. */
export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** One call that is part of a fix: an operation and its input, as REST and the AWS API take it. */
export interface Fix {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Something that a check found. */
export interface Found {
  /** Names it within its check, and stays the same while it is there: an unique id. */
  readonly subject: string;
  readonly resource: string;
  readonly evidence: string;
  /** In the order in which they are to be called. */
  readonly fix: readonly Fix[];
}

/** One practice that an account should follow. */
export interface Check {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly recommendation: string;
  readonly find: (account: AccountFacts) => Promise<readonly Found[]>;
}
