import type { CompiledPolicy, ConditionContext } from 'gatehouse-policy-engine';
import type { RoleTrust } from '../actions/target.js';

/** What the policies of a caller are asked. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly resourceAccountId: string;
  readonly context: ConditionContext;
  /** The policy of the resource itself, where it has one. */
  readonly resourcePolicy?: CompiledPolicy;
  /** The ARN by which that policy names the caller, where that is not the caller's own; see `RoleTrust`. */
  readonly knownAs?: string;
  /** The trust policy, where the resource is a role to be assumed. */
  readonly trust?: RoleTrust;
}
