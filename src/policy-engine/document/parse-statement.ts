import type { PolicyKind } from '../model.js';
import { checkActionPatterns, checkTrustActions, requireActions } from './action-element.js';
import { readConditions } from './condition-element.js';
import type { JsonNode } from './json-reader.js';
import { objectMembers, refuseUnknownMembers, stringValue } from './json-values.js';
import { readPatternElement, type LocatedElement } from './pattern-element.js';
import type { ConditionEntry, PrincipalElement } from './policy-document.js';
import { LEGACY_PARSING, PolicySyntaxError, SYNTAX_ERRORS } from './policy-syntax-error.js';
import { readPrincipal } from './principal-element.js';
import { checkResourcePatterns, requireResources, type ResourceRules } from './resource-element.js';

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

const SID_OF_IAM = /^[0-9A-Za-z]*$/;

/** A statement whose elements have the right types; what they say is checked by `checkStatement`. */
export interface StatementParts {
  readonly node: JsonNode;
  readonly path: string;
  readonly sid: string | undefined;
  readonly effect: string;
  readonly action: LocatedElement | undefined;
  readonly resource: LocatedElement | undefined;
  readonly conditions: readonly ConditionEntry[];
  readonly members: ReadonlyMap<string, JsonNode>;
}

/** First pass: known elements of the right types. @throws PolicySyntaxError "Syntax errors in policy." */
export function readStatement(node: JsonNode, path: string, variables: boolean): StatementParts {
  const members = objectMembers(node, path);
  refuseUnknownMembers(members, STATEMENT_MEMBERS, path);
  const effectNode = members.get('Effect');
  const effect = effectNode && stringValue(effectNode, `${path}.Effect`);
  if (effect === undefined || !['allow', 'deny'].includes(effect.toLowerCase())) {
    throw new PolicySyntaxError(SYNTAX_ERRORS, `${path}.Effect`);
  }
  const sidNode = members.get('Sid');
  return {
    node,
    path,
    sid: sidNode && stringValue(sidNode, `${path}.Sid`),
    effect,
    action: readPatternElement(members, 'Action', path),
    resource: readPatternElement(members, 'Resource', path),
    conditions: readConditions(members.get('Condition'), variables, `${path}.Condition`),
    members,
  };
}

export interface CheckedStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly action: LocatedElement;
  readonly principal: PrincipalElement | undefined;
}

/** Second pass: what the elements say, and which of them the kind of policy has. @throws PolicySyntaxError in AWS's words */
export function checkStatement(parts: StatementParts, kind: PolicyKind, rules: ResourceRules): CheckedStatement {
  const { path, effect, resource, sid } = parts;
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicySyntaxError(LEGACY_PARSING, `${path}.Effect`);
  const action = requireActions(parts.action, path);
  if (resource !== undefined && kind !== 'trust') checkResourcePatterns(resource, rules);
  checkActionPatterns(action);
  if (kind === 'trust') {
    checkTrustActions(action);
    if (resource !== undefined) throw new PolicySyntaxError('Has prohibited field Resource.', resource.path);
  } else if (kind !== 'resource' || resource !== undefined) {
    requireResources(resource, path);
  }
  const principal = readPrincipal(parts.members, kind, path);
  if (principal?.negated === true && effect === 'Allow') {
    throw new PolicySyntaxError(SYNTAX_ERRORS, `${path}.NotPrincipal`);
  }
  if (kind === 'resourceControl') checkResourceControl(parts, action);
  if (kind !== 'resource' && !SID_OF_IAM.test(sid ?? '')) {
    throw new PolicySyntaxError(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
      `${path}.Sid`,
    );
  }
  return { effect, action, principal };
}

/**
 * A resource control policy only denies; the one Allow is that of RCPFullAWSAccess, which allows everything.
 *
 * Source: AWS Organizations User Guide, "RCP syntax".
 */
function checkResourceControl({ path, effect, resource, conditions }: StatementParts, action: LocatedElement): void {
  if (action.element.negated) throw new PolicySyntaxError(SYNTAX_ERRORS, action.path);
  if (effect === 'Deny') return;
  const allowsEverything =
    action.element.patterns.join() === '*' &&
    resource?.element.negated === false &&
    resource.element.patterns.join() === '*' &&
    conditions.length === 0;
  if (!allowsEverything) throw new PolicySyntaxError(SYNTAX_ERRORS, `${path}.Effect`);
}
