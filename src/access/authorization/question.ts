import type { CompiledPolicy, ConditionContext } from '../../policy-engine/index.js';
import type { RoleTrust } from '../actions/target.js';

/** What the policies of a caller are asked. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly resourceAccountId: string;
  readonly context: ConditionContext;
  /** The policy of the resource itself, where it has one. */
  readonly resourcePolicy?: CompiledPolicy;
  /** As whom that policy knows the caller, where that is not by the caller's ARN; see `RoleTrust`. */
  readonly knownAs?: string;
  /** The resource is a role to be assumed: whom it trusts. */
  readonly trust?: RoleTrust;
}
