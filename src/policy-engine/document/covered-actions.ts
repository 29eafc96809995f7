import { actionCovers, compileActionMatcher } from '../matching/action-pattern.js';
import type { PolicyDocument, Statement } from './policy-document.js';

/** @returns whether the statement's Action or NotAction covers an action; asked often, ask with one function */
export function actionTestOf({ action }: Pick<Statement, 'action'>): (action: string) => boolean {
  const compiled = { negated: action.negated, matchers: action.patterns.map(compileActionMatcher) };
  return (name) => actionCovers(compiled, name.toLowerCase());
}

/**
 * What documents may allow, on some resource and in some circumstances: an Allow covers the action, and no Deny takes
 * it away whatever the resource and the circumstances.
 */
export function mayAllowTest(documents: readonly PolicyDocument[]): (action: string) => boolean {
  const statements = documents.flatMap((document) => document.statements);
  const allows = statements.filter(({ effect }) => effect === 'Allow').map(actionTestOf);
  const denies = statements.filter(isUnconditionalDeny).map(actionTestOf);
  return (action) => allows.some((test) => test(action)) && !denies.some((test) => test(action));
}

function isUnconditionalDeny({ effect, resource, conditions }: Statement): boolean {
  const isEverything = resource !== undefined && !resource.negated && resource.patterns.includes('*');
  return effect === 'Deny' && isEverything && conditions.length === 0;
}
