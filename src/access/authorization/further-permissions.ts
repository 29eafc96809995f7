import { andThen, type MaybePromise } from '../../kernel/maybe-promise.js';
import type { Tag } from '../../kernel/tags.js';
import type { Action, ActionScope, FurtherPermission } from '../actions/action.js';
import type { Target } from '../actions/target.js';

const NONE: readonly FurtherPermission[] = [];

/**
 * The permissions of a call in addition to the operation's own permission on the target: the same permission on the new
 * ARN of a rename or move, the permission to set tags, and those that the operation declares.
 */
export function furtherPermissions(
  action: Action,
  scope: ActionScope,
  target: Target<unknown>,
): MaybePromise<readonly FurtherPermission[]> {
  const { alsoRequires, destination, tagPermission } = action;
  if (!alsoRequires && !destination && tagPermission === undefined) return NONE;
  const byRule = [...atDestination(action, scope, target), ...toTag(action, scope, target)];
  return alsoRequires ? andThen(alsoRequires(scope, target), (declared) => [...byRule, ...declared]) : byRule;
}

/** It is the same user or group with a new name: its tags and policy stay the same. */
function atDestination(
  { destination, name, permission = name }: Action,
  { input, partition }: ActionScope,
  target: Target<unknown>,
): FurtherPermission[] {
  if (!destination || 'missing' in target) return [];
  const arn = destination(input, target.row, partition);
  if (arn === target.arn) return [];
  return [{ action: permission, target: { ...target, arn }, sharesConditions: true }];
}

function toTag(
  { tagPermission, name, permission = name }: Action,
  { input }: ActionScope,
  target: Target<unknown>,
): FurtherPermission[] {
  const tags = input['tags'] as readonly Tag[] | undefined;
  if (!tags?.length || tagPermission === undefined) return [];
  if (tagPermission === 'alsoRequires' || tagPermission === permission) return [];
  return [{ action: tagPermission, target, tags }];
}
