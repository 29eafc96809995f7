import type { PolicyDocument, Statement } from '../document/policy-document.js';
import type { Finding, ServiceCatalogue } from './finding.js';

type StatementRule = (
  statement: Statement,
  path: string,
  catalogue: ServiceCatalogue | undefined,
) => readonly Finding[];

const RULES: readonly StatementRule[] = [];

/** Looks for what a valid document is unlikely to mean. @param catalogue enables the check for unknown actions */
export function lintPolicy(document: PolicyDocument, catalogue?: ServiceCatalogue): readonly Finding[] {
  return document.statements.flatMap((statement, index) =>
    RULES.flatMap((rule) => rule(statement, `Statement[${index}]`, catalogue)),
  );
}
