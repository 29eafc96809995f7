import type { JsonNode } from './json-reader.js';
import { stringList } from './json-values.js';
import type { PatternElement } from './policy-document.js';
import { PolicySyntaxError, SYNTAX_ERRORS } from './policy-syntax-error.js';

/** A PatternElement with the path of its member. */
export interface LocatedElement {
  readonly element: PatternElement;
  readonly path: string;
}

/**
 * Reads a pair such as Action and NotAction, of which a statement has at most one.
 *
 * @returns undefined if it has neither
 * @throws PolicySyntaxError if it has both, or one that is not a string or a list of strings
 */
export function readPatternElement(
  members: ReadonlyMap<string, JsonNode>,
  name: 'Action' | 'Resource',
  statementPath: string,
): LocatedElement | undefined {
  const plain = members.get(name);
  const negated = members.get(`Not${name}`);
  if (plain !== undefined && negated !== undefined) {
    throw new PolicySyntaxError(SYNTAX_ERRORS, `${statementPath}.Not${name}`);
  }
  const node = plain ?? negated;
  if (node === undefined) return undefined;
  const path = `${statementPath}.${plain === undefined ? 'Not' : ''}${name}`;
  return { element: { negated: plain === undefined, patterns: stringList(node, path) }, path };
}
