import type { PolicyKind } from '../model.js';
import { checkActionPatterns, checkTrustActions, requireActions } from './action-element.js';
import { checkTrustKeys } from './condition-element.js';
import { grammarWords } from './grammar-words.js';
import type { StatementParts } from './parse-statement.js';
import type { LocatedElement } from './pattern-element.js';
import type { PrincipalElement } from './policy-document.js';
import { LEGACY_PARSING, PolicySyntaxError, SYNTAX_ERRORS } from './policy-syntax-error.js';
import { readPrincipal } from './principal-element.js';
import { findResourceProblem, requireResources, type ResourceRules } from './resource-element.js';

const SID_OF_IAM = /^[0-9A-Za-z]*$/;

export interface CheckedStatement {
  readonly parts: StatementParts;
  readonly effect: 'Allow' | 'Deny';
  readonly action: LocatedElement;
  readonly principal: PrincipalElement | undefined;
}

/**
 * Checks the content of the elements, and which of them the kind of policy permits.
 *
 * AWS runs each check over all statements before the next: it reports a repeated Sid in the last statement rather than
 * a missing action in the first.
 *
 * @throws PolicySyntaxError in AWS's words, for the first error that AWS would report
 */
export function checkStatements(
  statements: readonly StatementParts[],
  kind: PolicyKind,
  rules: ResourceRules,
): readonly CheckedStatement[] {
  const words = grammarWords(kind);
  for (const { effect, conditions, path } of statements) {
    if (!isExactEffect(effect)) throw new PolicySyntaxError(words.effect(effect), `${path}.Effect`);
    if (conditions.wrongDate !== undefined) throw new PolicySyntaxError(LEGACY_PARSING, conditions.wrongDate);
  }
  const problem = kind === 'trust' ? undefined : findResourceProblem(elementsOf(statements), rules);
  if (problem?.message === LEGACY_PARSING) throw problem;
  refuseRepeatedSids(statements, words.repeatedSid);
  const actions = statements.map(({ action, path }) => requireActions(action, path, words.missingActions));
  if (problem !== undefined) throw problem;
  for (const { resource, path } of statements) {
    // A resource-based policy need not name its own resource; a trust policy has none.
    if (kind !== 'trust' && (kind !== 'resource' || resource !== undefined)) requireResources(resource, path);
  }
  if (kind !== 'trust') actions.forEach(checkActionPatterns);
  return statements.map((parts, index) => checkKind(parts, actions[index]!, kind));
}

function isExactEffect(effect: string): effect is 'Allow' | 'Deny' {
  return effect === 'Allow' || effect === 'Deny';
}

function elementsOf(statements: readonly StatementParts[]): readonly LocatedElement[] {
  return statements.flatMap(({ resource }) => resource ?? []);
}

function refuseRepeatedSids(statements: readonly StatementParts[], message: string): void {
  const seen = new Set<string>();
  for (const { sid, path } of statements) {
    if (sid === undefined || sid === '') continue;
    if (seen.has(sid)) throw new PolicySyntaxError(message, `${path}.Sid`);
    seen.add(sid);
  }
}

/** Rules for single kinds of policies. */
function checkKind(parts: StatementParts, action: LocatedElement, kind: PolicyKind): CheckedStatement {
  const { path, resource, sid, conditions } = parts;
  const effect = parts.effect as 'Allow' | 'Deny';
  const principal = readPrincipal(parts.members, kind, effect, path);
  if (kind === 'trust') {
    checkTrustActions(action);
    if (resource !== undefined) {
      const message = resource.element.negated
        ? 'AssumeRole policy must not contain resources.'
        : 'Has prohibited field Resource';
      throw new PolicySyntaxError(message, resource.path);
    }
    checkTrustKeys(conditions, `${path}.Condition`);
  }
  if (kind === 'resourceControl') checkResourceControl(parts, action);
  if (kind !== 'resource' && !SID_OF_IAM.test(sid ?? '')) {
    throw new PolicySyntaxError(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
      `${path}.Sid`,
    );
  }
  return { parts, effect, action, principal };
}

/**
 * A resource control policy only denies; the only Allow is that of RCPFullAWSAccess, which allows everything.
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
    conditions.entries.length === 0;
  if (!allowsEverything) throw new PolicySyntaxError(SYNTAX_ERRORS, `${path}.Effect`);
}
