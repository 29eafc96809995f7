import type { PolicyKind } from '../model.js';
import { readConditions, type ConditionRules, type LocatedConditions } from './condition-element.js';
import { grammarWords, isEffect } from './grammar-words.js';
import type { JsonNode } from './json-reader.js';
import { objectMembers, refuseUnknownMembers, stringValue } from './json-values.js';
import { readPatternElement, type LocatedElement } from './pattern-element.js';
import { PolicySyntaxError } from './policy-syntax-error.js';

const STATEMENT_MEMBERS: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/** A statement whose elements have the right types; `checkStatements` checks their content. */
export interface StatementParts {
  readonly node: JsonNode;
  readonly path: string;
  readonly sid: string | undefined;
  readonly effect: string;
  readonly action: LocatedElement | undefined;
  readonly resource: LocatedElement | undefined;
  readonly conditions: LocatedConditions;
  readonly members: ReadonlyMap<string, JsonNode>;
}

/** Known elements of the right types. @throws PolicySyntaxError in AWS's words */
export function readStatement(node: JsonNode, path: string, kind: PolicyKind, rules: ConditionRules): StatementParts {
  const members = objectMembers(node, path);
  refuseUnknownMembers(members, STATEMENT_MEMBERS, path);
  const sidNode = members.get('Sid');
  return {
    node,
    path,
    sid: sidNode && stringValue(sidNode, `${path}.Sid`),
    effect: readEffect(members.get('Effect'), path, kind),
    action: readPatternElement(members, 'Action', path),
    resource: readPatternElement(members, 'Resource', path),
    conditions: readConditions(members.get('Condition'), rules, `${path}.Condition`),
    members,
  };
}

function readEffect(node: JsonNode | undefined, path: string, kind: PolicyKind): string {
  const words = grammarWords(kind);
  if (node === undefined) throw new PolicySyntaxError(words.missingEffect, `${path}.Effect`);
  const effect = stringValue(node, `${path}.Effect`);
  if (!isEffect(effect)) throw new PolicySyntaxError(words.effect(effect), `${path}.Effect`);
  return effect;
}
