import { actionCovers, compileActionMatcher } from '../matching/action-pattern.js';
import type { PolicyDocument, Statement } from './policy-document.js';

/** @returns whether the statement's Action or NotAction covers an action; reuse the function for many questions */
export function actionTestOf({ action }: Pick<Statement, 'action'>): (action: string) => boolean {
  const compiled = { negated: action.negated, matchers: action.patterns.map(compileActionMatcher) };
  return (name) => actionCovers(compiled, name.toLowerCase());
}

/**
 * Whether documents may allow an action, on some resource and under some conditions: an Allow covers the action, and no
 * Deny covers it unconditionally on all resources.
 */
export function mayAllowTest(documents: readonly PolicyDocument[]): (action: string) => boolean {
  return mayAllowTogether(documents.map(actionCoverage));
}

/** The part of `mayAllowTest` for one document. */
export interface ActionCoverage {
  readonly allows: (action: string) => boolean;
  readonly denies: (action: string) => boolean;
}

export function actionCoverage({ statements }: PolicyDocument): ActionCoverage {
  const allows = statements.filter(({ effect }) => effect === 'Allow').map(actionTestOf);
  const denies = statements.filter(isUnconditionalDeny).map(actionTestOf);
  return {
    allows: (action) => allows.some((test) => test(action)),
    denies: (action) => denies.some((test) => test(action)),
  };
}

/** Like `mayAllowTest`, for documents that were processed one by one. */
export function mayAllowTogether(coverages: readonly ActionCoverage[]): (action: string) => boolean {
  return (action) => coverages.some(({ allows }) => allows(action)) && !coverages.some(({ denies }) => denies(action));
}

function isUnconditionalDeny({ effect, resource, conditions }: Statement): boolean {
  const isEverything = resource !== undefined && !resource.negated && resource.patterns.includes('*');
  return effect === 'Deny' && isEverything && conditions.length === 0;
}
