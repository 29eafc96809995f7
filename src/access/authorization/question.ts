import type { CompiledPolicy, ConditionContext } from 'gatehouse-policy-engine';
import type { RoleTrust } from '../actions/target.js';

/** A question to the policies of a caller. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly resourceAccountId: string;
  readonly context: ConditionContext;
  /** The policy of the resource itself, if it has one. */
  readonly resourcePolicy?: CompiledPolicy;
  /** The ARN under which that policy refers to the caller, if it is not the caller's own; see `RoleTrust`. */
  readonly knownAs?: string;
  /** The trust policy, if the resource is a role to be assumed. */
  readonly trust?: RoleTrust;
}
