import { compileActionMatcher, serviceOf } from '../../matching/action-pattern.js';
import type { LintRule, ServiceCatalogue } from '../finding.js';
import { actionPath, statementsOf } from '../paths.js';

/** An action, or a pattern that matches no action, of a service whose actions are known. */
export const findUnknownActions: LintRule = (document, catalogue) => {
  if (catalogue === undefined) return [];
  return statementsOf(document).flatMap(([statement, path]) =>
    statement.action.patterns.flatMap((pattern, index) =>
      isUnknown(pattern, catalogue)
        ? [
            {
              code: 'INVALID_ACTION',
              severity: 'error' as const,
              path: `${actionPath(statement, path)}[${index}]`,
              explanation: `No action of the service matches ${pattern}. Check the spelling.`,
            },
          ]
        : [],
    ),
  );
};

function isUnknown(pattern: string, catalogue: ServiceCatalogue): boolean {
  const matcher = compileActionMatcher(pattern);
  const service = serviceOf(matcher.text);
  const names = service === undefined ? undefined : catalogue.actions.get(service);
  if (names === undefined) return false;
  for (const name of names) {
    if (matcher.test(`${service}:${name}`)) return false;
  }
  return true;
}
