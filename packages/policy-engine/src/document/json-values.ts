import type { JsonNode } from './json-reader.js';
import { PolicySyntaxError, SYNTAX_ERRORS } from './policy-syntax-error.js';

/** The members of an object. @throws PolicySyntaxError for any other value */
export function objectMembers(node: JsonNode, path: string): ReadonlyMap<string, JsonNode> {
  if (node.type !== 'object') throw new PolicySyntaxError(SYNTAX_ERRORS, path);
  return node.members;
}

/** @throws PolicySyntaxError unless it is a string */
export function stringValue(node: JsonNode, path: string): string {
  if (node.type !== 'string') throw new PolicySyntaxError(SYNTAX_ERRORS, path);
  return node.text;
}

/** A string, or a list of strings; a list may be empty. @throws PolicySyntaxError for any other value */
export function stringList(node: JsonNode, path: string): readonly string[] {
  if (node.type !== 'array') return [stringValue(node, path)];
  return node.items.map((item, index) => stringValue(item, `${path}[${index}]`));
}

/** Like `stringList`, but numbers and booleans count as their text, which the grammar permits in conditions. */
export function scalarList(node: JsonNode, path: string): readonly string[] {
  const items = node.type === 'array' ? node.items : [node];
  return items.map((item, index) => {
    if (item.type === 'string' || item.type === 'number' || item.type === 'boolean') return item.text;
    throw new PolicySyntaxError(SYNTAX_ERRORS, node.type === 'array' ? `${path}[${index}]` : path);
  });
}

/** @throws PolicySyntaxError if a member is not among the names; unknown members are never ignored */
export function refuseUnknownMembers(
  members: ReadonlyMap<string, JsonNode>,
  names: ReadonlySet<string>,
  path: string,
): void {
  for (const name of members.keys()) {
    if (!names.has(name)) throw new PolicySyntaxError(SYNTAX_ERRORS, path === '' ? name : `${path}.${name}`);
  }
}
