import { type JsonNode, readJson } from './json-reader.js';

/**
 * Replaces some of a policy's `AWS` principals. Everything else, including white space, is unchanged.
 *
 * @param text of a policy that was parsed before
 * @param names current principal to its replacement
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

/** In the order of the text: a statement has either Principal or NotPrincipal. */
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
