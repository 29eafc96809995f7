import type { ConditionContext } from '../model.js';

/**
 * Builds a condition context. Keys are lower-cased by Unicode's locale-free rule, as policies' keys are; of keys that
 * differ only in case the last one wins. Entries whose value is undefined are left out: an absent key is absent.
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
