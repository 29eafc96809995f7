import type { ConditionContext } from '../model.js';

/**
 * Builds a condition context. Keys are lowercased by Unicode's locale-independent rule, like those of policies; of keys
 * that differ only in case the last one is used. Entries with an undefined value are omitted: the key is absent.
 */
export function conditionContext(
  entries: Iterable<readonly [key: string, value: string | readonly string[] | undefined]>,
): ConditionContext {
  const context = new Map<string, string | readonly string[]>();
  for (const [key, value] of entries) {
    if (value !== undefined) context.set(key.toLowerCase(), value);
  }
  return context;
}
