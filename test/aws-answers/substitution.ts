import { randomUUID } from 'node:crypto';
import type { Tenant } from '../support/tenant.js';

/** The values of `$name` in a scenario. */
export type Names = Map<string, unknown>;

export function namesFor({ accountId }: Tenant): Names {
  return new Map<string, unknown>([['account', accountId]]);
}

/**
 * A scenario's JSON with its placeholders filled in: `$name` in a string is the value that was saved under the name, or
 * a unique name for this run; `{"$repeat": ["b", 256]}` is a long text, `{"$tags": 51}` a list of tags, `{"$keys": 51}`
 * one of keys, `{"$json": {…}}` a document as text.
 */
export function substitute(value: unknown, names: Names): unknown {
  return walk(value, names, (document) => JSON.stringify(document));
}

/**
 * Like `substitute`, for Jest's `toEqual`: "*" is any value; `{"$json": {…}}` is a document as IAM returns it,
 * URL-encoded.
 */
export function expectedAnswer(value: unknown, names: Names): unknown {
  if (value === '*') return expect.anything();
  return walk(value, names, encodeDocument, (member) => expectedAnswer(member, names));
}

export function readPath(answer: object, path: string): unknown {
  return path.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], answer);
}

function walk(
  value: unknown,
  names: Names,
  toDocument: (document: unknown) => unknown,
  inner = (member: unknown) => walk(member, names, toDocument),
): unknown {
  if (typeof value === 'string') return value.replace(/\$(\w+)/g, (_, name: string) => String(resolve(name, names)));
  if (Array.isArray(value)) return value.map(inner);
  if (typeof value !== 'object' || value === null) return value;
  const { $repeat, $tags, $keys, $json } = value as {
    $repeat?: [string, number];
    $tags?: number;
    $keys?: number;
    $json?: unknown;
  };
  if ($repeat) return $repeat[0].repeat($repeat[1]);
  if ($tags !== undefined) return Array.from({ length: $tags }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  if ($keys !== undefined) return Array.from({ length: $keys }, (_, index) => `k${index}`);
  if ($json !== undefined) return toDocument(walk($json, names, toDocument));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inner(member)]));
}

function resolve(name: string, names: Names): unknown {
  if (!names.has(name)) names.set(name, `${name}-${randomUUID().slice(0, 8)}`);
  return names.get(name);
}

/** RFC 3986, as AWS encodes policy documents. */
function encodeDocument(document: unknown): string {
  return encodeURIComponent(JSON.stringify(document)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
