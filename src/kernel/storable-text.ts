import type { z } from 'zod';
import { validationError } from './errors/validation.js';

/**
 * INVARIANT: text in requests can be stored, and is stored unchanged. PostgreSQL's text and jsonb types cannot store
 * U+0000 (PostgreSQL documentation, 8.3 and 8.14), and an unpaired surrogate would be stored as U+FFFD. A member named
 * `__proto__` would be lost when an object is copied by assignment.
 *
 * @throws ApiError ValidationError naming the member whose name or value, at any depth, violates this
 */
export function requireStorableText(input: unknown): void {
  if (isStorable(input)) return;
  const path = pathOfUnstorable(input);
  const message = 'Member must not contain U+0000 or unpaired surrogates, and must not be named __proto__';
  const issue: z.core.$ZodIssue = { code: 'custom', path, message, input: undefined };
  throw validationError([issue]);
}

/** @param text in any encoding that JavaScript knows */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function isStorableName(name: string): boolean {
  return name !== '__proto__' && isStorableText(name);
}

/** @param value of JSON */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return value.every(isStorable);
  for (const name of Object.keys(value)) {
    if (!isStorableName(name) || !isStorable((value as Record<string, unknown>)[name])) return false;
  }
  return true;
}

function pathOfUnstorable(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const found = Object.entries(value).find(([name, member]) => !isStorableName(name) || !isStorable(member));
  if (!found) return [];
  const [name, member] = found as [string, unknown];
  if (isStorableName(name)) return [name.slice(0, 128), ...pathOfUnstorable(member)];
  return [name.toWellFormed().replaceAll('\0', '\uFFFD').slice(0, 128)];
}
