/** One `operator: { key: values }` of a Condition block, as written. All entries of a statement must hold. */
export interface ConditionEntry {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}
