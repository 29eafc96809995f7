import type { AccountFacts } from './account-facts.js';

/** Most severe first. */
export const severities = ['critical', 'high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/** One call of a fix: an operation and its input, as in REST and the AWS API. */
export interface Fix {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A result of a check. */
export interface Found {
  /** Identifies it within its check as long as it exists: a unique ID. */
  readonly subject: string;
  readonly resource: string;
  readonly evidence: string;
  /** In the order in which they must be called. */
  readonly fix: readonly Fix[];
}

/** A practice that an account should follow. */
export interface Check {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly recommendation: string;
  readonly find: (account: AccountFacts) => Promise<readonly Found[]>;
}
