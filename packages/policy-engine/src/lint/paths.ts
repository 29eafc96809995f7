import type { PolicyDocument, Statement } from '../document/policy-document.js';

/** The statements of a document, each with its path. */
export function statementsOf(document: PolicyDocument): readonly (readonly [statement: Statement, path: string])[] {
  return document.statements.map((statement, index) => [statement, `Statement[${index}]`]);
}

export function actionPath({ action }: Statement, path: string): string {
  return `${path}.${action.negated ? 'NotAction' : 'Action'}`;
}

export function resourcePath({ resource }: Statement, path: string): string {
  return `${path}.${resource?.negated === true ? 'NotResource' : 'Resource'}`;
}
