import type { PolicyDocument, Statement } from '../../document/policy-document.js';
import type { Finding, LintRule } from '../finding.js';
import { actionPath, resourcePath, statementsOf } from '../paths.js';
import {
  coversAll,
  prepareAction,
  prepareResource,
  redundantPatterns,
  type PreparedPattern,
} from '../pattern-coverage.js';

/** Statements are compared pairwise; above this number, redundancy is not checked. */
const MAX_STATEMENTS = 200;

/** A statement with its prepared patterns. */
interface PreparedStatement {
  readonly path: string;
  readonly statement: Statement;
  readonly actions: readonly PreparedPattern[];
  /** Absent without a Resource element. */
  readonly resources: readonly PreparedPattern[] | undefined;
  /** Equal for statements that differ only in actions, resources and conditions. */
  readonly whoAndEffect: string;
  readonly conditions: string;
}

/** Statements and patterns without effect, because others in the same policy or element cover them. */
export const findRedundancy: LintRule = (document) => {
  const statements = prepare(document);
  return [...statements.flatMap(patternFindings), ...statementFindings(statements)];
};

function prepare(document: PolicyDocument): readonly PreparedStatement[] {
  return statementsOf(document).map(([statement, path]) => ({
    path,
    statement,
    actions: statement.action.patterns.map(prepareAction),
    resources: statement.resource?.patterns.map(prepareResource),
    whoAndEffect: JSON.stringify([
      statement.effect,
      statement.principal,
      statement.action.negated,
      statement.resource?.negated,
    ]),
    conditions: JSON.stringify(statement.conditions),
  }));
}

function patternFindings({ path, statement, actions, resources }: PreparedStatement): readonly Finding[] {
  return [
    ...inElement(actions, 'REDUNDANT_ACTION', actionPath(statement, path)),
    ...inElement(resources ?? [], 'REDUNDANT_RESOURCE', resourcePath(statement, path)),
  ];
}

function inElement(patterns: readonly PreparedPattern[], code: string, path: string): readonly Finding[] {
  return redundantPatterns(patterns).map(({ index, text, wider }) => ({
    code,
    severity: 'suggestion',
    path: `${path}[${index}]`,
    explanation: `${text} is already covered by ${wider}. Remove one of them.`,
  }));
}

function statementFindings(statements: readonly PreparedStatement[]): readonly Finding[] {
  if (statements.length > MAX_STATEMENTS) return [];
  return statements.flatMap((narrower, index) => {
    const wider = statements.find(
      (other, at) =>
        at !== index && statementCovers(other, narrower) && (at < index || !statementCovers(narrower, other)),
    );
    if (wider === undefined) return [];
    const explanation = `The statement is already covered by ${wider.path}. Remove it.`;
    return [{ code: 'REDUNDANT_STATEMENT', severity: 'warning' as const, path: narrower.path, explanation }];
  });
}

function statementCovers(wider: PreparedStatement, narrower: PreparedStatement): boolean {
  if (wider.whoAndEffect !== narrower.whoAndEffect) return false;
  if (wider.statement.conditions.length > 0 && wider.conditions !== narrower.conditions) return false;
  const { action, resource } = wider.statement;
  return (
    elementCovers(action.negated, wider.actions, narrower.actions) &&
    elementCovers(resource?.negated === true, wider.resources ?? [], narrower.resources ?? [])
  );
}

/** For negated elements, the one that names less covers more. */
function elementCovers(
  negated: boolean,
  wider: readonly PreparedPattern[],
  narrower: readonly PreparedPattern[],
): boolean {
  return negated ? coversAll(narrower, wider) : coversAll(wider, narrower);
}
