import type { JsonNode } from './json-reader.js';
import { PolicySyntaxError, SYNTAX_ERRORS } from './policy-syntax-error.js';

/** The members of an object. @throws PolicySyntaxError for anything else */
export function objectMembers(node: JsonNode, path: string): ReadonlyMap<string, JsonNode> {
  if (node.type !== 'object') throw new PolicySyntaxError(SYNTAX_ERRORS, path);
  return node.members;
}

/** @throws PolicySyntaxError for anything but a string */
export function stringValue(node: JsonNode, path: string): string {
  if (node.type !== 'string') throw new PolicySyntaxError(SYNTAX_ERRORS, path);
  return node.text;
}

/** A string, or a list of strings; a list may be empty. @throws PolicySyntaxError for anything else */
export function stringList(node: JsonNode, path: string): readonly string[] {
  if (node.type !== 'array') return [stringValue(node, path)];
  return node.items.map((item, index) => stringValue(item, `${path}[${index}]`));
}

/** As `stringList`, but numbers and booleans count as their text, which the grammar allows in conditions. */
export function scalarList(node: JsonNode, path: string): readonly string[] {
  const items = node.type === 'array' ? node.items : [node];
  return items.map((item, index) => {
    if (item.type === 'string' || item.type === 'number' || item.type === 'boolean') return item.text;
    throw new PolicySyntaxError(SYNTAX_ERRORS, node.type === 'array' ? `${path}[${index}]` : path);
  });
}

/** @throws PolicySyntaxError when a member is not among the names; nothing unknown is ever ignored */
export function refuseUnknownMembers(
  members: ReadonlyMap<string, JsonNode>,
  names: ReadonlySet<string>,
  path: string,
): void {
  for (const name of members.keys()) {
    if (!names.has(name)) throw new PolicySyntaxError(SYNTAX_ERRORS, path === '' ? name : `${path}.${name}`);
  }
}
