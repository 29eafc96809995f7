import { type JsonNode, readJson } from './json-reader.js';

/**
 * A policy in which other texts stand for some of its `AWS` principals. All else, white space too, stays as it is.
 *
 * @param text of a policy that was parsed before
 * @param names present principal to the text in its place
 */
export function replacePrincipals(text: string, names: ReadonlyMap<string, string>): string {
  if (names.size === 0) return text;
  let replaced = '';
  let from = 0;
  for (const node of principalsOf(readJson(text))) {
    const name = node.type === 'string' ? names.get(node.text) : undefined;
    if (name === undefined) continue;
    replaced += text.slice(from, node.start) + JSON.stringify(name);
    from = node.end;
  }
  return replaced + text.slice(from);
}

/** In the order of the text: a statement has one of Principal and NotPrincipal. */
function principalsOf(document: JsonNode): JsonNode[] {
  const statements = listOf(memberOf(document, 'Statement'));
  return statements.flatMap((statement) => {
    const principal = memberOf(statement, 'Principal') ?? memberOf(statement, 'NotPrincipal');
    return listOf(memberOf(principal, 'AWS'));
  });
}

function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return node?.type === 'object' ? node.members.get(name) : undefined;
}

function listOf(node: JsonNode | undefined): readonly JsonNode[] {
  if (node === undefined) return [];
  return node.type === 'array' ? node.items : [node];
}
