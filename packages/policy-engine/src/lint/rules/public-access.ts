import type { LintRule } from '../finding.js';
import { statementsOf } from '../paths.js';

/** An unconditional Allow for everyone. */
export const findPublicAccess: LintRule = (document) => {
  if (document.kind !== 'resource' && document.kind !== 'trust') return [];
  return statementsOf(document).flatMap(([statement, path]) =>
    statement.effect === 'Allow' &&
    statement.conditions.length === 0 &&
    statement.principal?.entries.some((entry) => entry.value === '*') === true
      ? [
          {
            code: 'ALLOW_WITH_STAR_PRINCIPAL',
            severity: 'securityWarning' as const,
            path: `${path}.Principal`,
            explanation: 'The statement allows everyone in every account. Name principals, or add a condition.',
          },
        ]
      : [],
  );
};
