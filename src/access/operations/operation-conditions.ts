import type { Tag, Tags } from '../../common/tags.js';
import { toTags } from '../../common/tags.js';
import type { ConditionContext } from '../../policy-engine/index.js';
import type { Caller } from '../caller.js';
import { type ConditionKeys, DeferredConditions, principalKeys, requestKeys } from '../condition-context.js';
import type { AuthorizedOperation, LocateScope, RequestFacts, Target } from './operation.js';

/**
 * The condition context of one call: who asks, how, what the operation declares, and tags by rule: `tags` and
 * `tagKeys` of the input become `aws:RequestTag/…` and `aws:TagKeys`, those of the target `aws:ResourceTag/…`.
 */
export function operationConditions(
  operation: AuthorizedOperation,
  scope: LocateScope<Record<string, unknown>>,
  target: Target<unknown>,
  request: RequestFacts,
): ConditionContext {
  return new DeferredConditions(() => conditionsOf(operation, scope, target, request));
}

function conditionsOf(
  operation: AuthorizedOperation,
  scope: LocateScope<Record<string, unknown>>,
  target: Target<unknown>,
  request: RequestFacts,
): ConditionKeys {
  const keys = requestKeys(principalKeys(scope.caller, request.receivedAt), request, regionOf(scope.caller));
  keys.set('aws:ResourceAccount', target.ownerId ?? scope.accountId);
  for (const [key, valueOf] of Object.entries(operation.conditionKeys ?? {})) keys.set(key, valueOf(scope, target));
  const service = operation.name.slice(0, operation.name.indexOf(':'));
  setResourceTags(target.tags ?? {});
  setRequestTags(scope.input);
  return keys;

  function setResourceTags(tags: Tags): void {
    keys.setTags('aws:ResourceTag', tags);
    if (service === 'iam') keys.setTags('iam:ResourceTag', tags);
  }

  function setRequestTags(input: Record<string, unknown>): void {
    const tags = input['tags'] as readonly Tag[] | undefined;
    const tagKeys = (input['tagKeys'] as readonly string[] | undefined) ?? tags?.map(({ key }) => key);
    if (tags) keys.setTags('aws:RequestTag', toTags(tags));
    if (tagKeys?.length) keys.set('aws:TagKeys', tagKeys);
  }
}

/** IAM is global: what has no region in its signature is answered in us-east-1, as AWS's global endpoint does. */
function regionOf(caller: Caller): string {
  return caller.session.region ?? 'us-east-1';
}
