import { type Tag, type Tags, toTags } from '../../kernel/tags.js';
import type { ConditionContext } from 'gatehouse-policy-engine';
import type { Caller } from '../actions/caller.js';
import type { RequestFacts } from '../actions/request-facts.js';
import type { Action, ActionScope, FurtherPermission } from '../actions/action.js';
import { type ConditionKeys, DeferredConditions, principalKeys, requestKeys } from './condition-context.js';
import type { Target } from '../actions/target.js';

/**
 * The condition context of a call: the caller, the request, the keys that the operation declares, and tags: `tags` and
 * `tagKeys` of the input become `aws:RequestTag/…` and `aws:TagKeys`, those of the target become `aws:ResourceTag/…`.
 */
export function actionConditions(
  declared: Action,
  scope: ActionScope,
  target: Target<unknown>,
  request: RequestFacts,
): ConditionContext {
  return new DeferredConditions(() => conditionsOf(declared, scope, target, request));
}

/** The condition context of an additional permission: the caller, the request, and the facts of its own target. */
export function furtherConditions(
  declared: Action,
  { action, target, tags, conditions = {}, sharesConditions }: FurtherPermission,
  scope: ActionScope,
  request: RequestFacts,
): ConditionContext {
  return new DeferredConditions(() => {
    const keys = sharesConditions
      ? conditionsOf(declared, scope, target, request)
      : targetConditions(action, scope, target, request);
    if (tags) setRequestTags(keys, tags);
    return keys.setAll(Object.entries(conditions));
  });
}

function conditionsOf(
  declared: Action,
  scope: ActionScope,
  target: Target<unknown>,
  request: RequestFacts,
): ConditionKeys {
  const keys = targetConditions(declared.name, scope, target, request);
  for (const [key, valueOf] of Object.entries(declared.conditionKeys ?? {})) keys.set(key, valueOf(scope, target));
  const tags = scope.input['tags'] as readonly Tag[] | undefined;
  setRequestTags(keys, tags, scope.input['tagKeys'] as readonly string[] | undefined);
  return keys;
}

/** The keys of the caller, the request and the resource. */
function targetConditions(
  action: string,
  { caller, accountId }: ActionScope,
  { ownerId = accountId, tags = {} }: Target<unknown>,
  request: RequestFacts,
): ConditionKeys {
  const keys = requestKeys(principalKeys(caller, request.receivedAt), request, regionOf(caller));
  keys.set('aws:ResourceAccount', ownerId);
  setResourceTags(keys, action, tags);
  return keys;
}

/** `iam:ResourceTag/…` is the older name, which policies on users and roles still use. */
function setResourceTags(keys: ConditionKeys, action: string, tags: Tags): void {
  keys.setTags('aws:ResourceTag', tags);
  if (action.startsWith('iam:')) keys.setTags('iam:ResourceTag', tags);
}

function setRequestTags(
  keys: ConditionKeys,
  tags: readonly Tag[] | undefined,
  tagKeys: readonly string[] | undefined = tags?.map(({ key }) => key),
): void {
  if (tags) keys.setTags('aws:RequestTag', toTags(tags));
  if (tagKeys?.length) keys.set('aws:TagKeys', tagKeys);
}

/** IAM is global: requests without a region in the signature are answered in us-east-1, like AWS's global endpoint. */
function regionOf(caller: Caller): string {
  return caller.session.region ?? 'us-east-1';
}
