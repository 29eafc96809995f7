import type { PatternElement, PolicyDocument, Statement } from '../../document/policy-document.js';
import { compileActionMatcher } from '../../matching/action-pattern.js';
import { compileResourcePattern } from '../../matching/resource-pattern.js';
import { isPattern, parseTemplate } from '../../matching/template.js';
import type { Finding, LintRule } from '../finding.js';
import { actionPath, statementsOf } from '../paths.js';

/** Whether everything that the second pattern matches is matched by the first. May miss some, never claims too much. */
type Covers = (wider: string, narrower: string) => boolean;

/** Statements and patterns that change nothing, since others in the same policy or element say as much. */
export const findRedundancy: LintRule = (document) => [
  ...statementsOf(document).flatMap(([statement, path]) => redundantPatterns(statement, path)),
  ...redundantStatements(document),
];

function redundantPatterns(statement: Statement, path: string): readonly Finding[] {
  const { action, resource } = statement;
  return [
    ...inElement(action, actionCoversAction, 'REDUNDANT_ACTION', actionPath(statement, path)),
    ...(resource === undefined
      ? []
      : inElement(
          resource,
          resourceCoversResource,
          'REDUNDANT_RESOURCE',
          `${path}.${resource.negated ? 'NotResource' : 'Resource'}`,
        )),
  ];
}

function inElement({ patterns }: PatternElement, covers: Covers, code: string, path: string): readonly Finding[] {
  return patterns.flatMap((pattern, index) => {
    const wider = patterns.find(
      (other, at) => at !== index && covers(other, pattern) && (at < index || !covers(pattern, other)),
    );
    if (wider === undefined) return [];
    const explanation = `${pattern} is already covered by ${wider}. Remove one of them.`;
    return [{ code, severity: 'suggestion' as const, path: `${path}[${index}]`, explanation }];
  });
}

function redundantStatements(document: PolicyDocument): readonly Finding[] {
  const all = statementsOf(document);
  return all.flatMap(([statement, path], index) => {
    const wider = all.find(
      ([other], at) =>
        at !== index && statementCovers(other, statement) && (at < index || !statementCovers(statement, other)),
    );
    if (wider === undefined) return [];
    return [
      {
        code: 'REDUNDANT_STATEMENT',
        severity: 'warning' as const,
        path,
        explanation: `The statement says nothing that ${wider[1]} does not say already. Remove it.`,
      },
    ];
  });
}

function statementCovers(wider: Statement, narrower: Statement): boolean {
  return (
    wider.effect === narrower.effect &&
    JSON.stringify(wider.principal) === JSON.stringify(narrower.principal) &&
    (wider.conditions.length === 0 || JSON.stringify(wider.conditions) === JSON.stringify(narrower.conditions)) &&
    elementCovers(wider.action, narrower.action, actionCoversAction) &&
    (wider.resource === undefined || narrower.resource === undefined
      ? wider.resource === narrower.resource
      : elementCovers(wider.resource, narrower.resource, resourceCoversResource))
  );
}

/** For negated elements the one that names less is the wider. */
function elementCovers(wider: PatternElement, narrower: PatternElement, covers: Covers): boolean {
  if (wider.negated !== narrower.negated) return false;
  const [containers, contained] = wider.negated ? [narrower, wider] : [wider, narrower];
  return contained.patterns.every((pattern) => containers.patterns.some((container) => covers(container, pattern)));
}

/**
 * A pattern covers another when it matches the other's text: only a `*` can match a `*` there. A `?` could too, so that
 * patterns with one are only compared for equality.
 */
const actionCoversAction: Covers = (wider, narrower) => {
  if (wider.toLowerCase() === narrower.toLowerCase()) return true;
  return !wider.includes('?') && compileActionMatcher(wider).test(narrower.toLowerCase());
};

/** Variables are not looked into: `${` in either pattern leaves equality. */
const resourceCoversResource: Covers = (wider, narrower) => {
  if (wider === narrower) return true;
  if (wider.includes('?') || wider.includes('${')) return false;
  if (narrower.includes('${')) return wider === '*';
  const tokens = parseTemplate(wider, { variables: false, wildcards: true });
  return tokens !== undefined && isPattern(tokens) && compileResourcePattern(tokens)(narrower);
};
