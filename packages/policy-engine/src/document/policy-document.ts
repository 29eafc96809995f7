import type { ConditionEntry } from '../conditions/condition-entry.js';
import type { PolicyKind } from '../model.js';

/** One-based, in UTF-16 code units, as in editors. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** The location of a statement in the source text; `end` is the position just after its closing brace. */
export interface TextRange {
  readonly start: TextPosition;
  readonly end: TextPosition;
}

/** Action or NotAction, Resource or NotResource, depending on `negated`. Patterns are as written. */
export interface PatternElement {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** `all` is `"Principal": "*"`; the others are the keys of the Principal map. */
export type PrincipalEntryType = 'all' | 'AWS' | 'Service' | 'Federated' | 'CanonicalUser';

export interface PrincipalEntry {
  readonly type: PrincipalEntryType;
  readonly value: string;
}

/** Principal or NotPrincipal, depending on `negated`. */
export interface PrincipalElement {
  readonly negated: boolean;
  readonly entries: readonly PrincipalEntry[];
}

export interface Statement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly principal?: PrincipalElement;
  readonly action: PatternElement;
  /** Absent in trust policies, and in resource policies that apply to the resource to which they are attached. */
  readonly resource?: PatternElement;
  readonly conditions: readonly ConditionEntry[];
  readonly position: TextRange;
}

/** A policy document that passed validation. Source: AWS IAM User Guide, "Grammar of the IAM JSON policy language". */
export interface PolicyDocument {
  readonly kind: PolicyKind;
  /** Absent means 2008-10-17: no policy variables. */
  readonly version?: '2008-10-17' | '2012-10-17';
  readonly id?: string;
  readonly statements: readonly Statement[];
}
