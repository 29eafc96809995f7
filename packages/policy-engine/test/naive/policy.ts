/** A policy document as returned by `JSON.parse`: the naive evaluator interprets it for every decision. */
export interface NaivePolicy {
  readonly Version?: string;
  readonly Statement: NaiveStatement | readonly NaiveStatement[];
}

export interface NaiveStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: NaivePrincipal;
  readonly NotPrincipal?: NaivePrincipal;
  readonly Action?: OneOrMany;
  readonly NotAction?: OneOrMany;
  readonly Resource?: OneOrMany;
  readonly NotResource?: OneOrMany;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany<string | number | boolean>>>>>;
}

export type OneOrMany<T = string> = T | readonly T[];
export type NaivePrincipal = '*' | Readonly<Record<string, OneOrMany>>;

export function many<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
