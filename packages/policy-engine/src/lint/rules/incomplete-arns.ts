import { completeArn, isIncompleteArn } from '../../document/arn-fields.js';
import type { LintRule } from '../finding.js';
import { resourcePath, statementsOf } from '../paths.js';

/** An ARN without all its fields matches more than it shows. */
export const findIncompleteArns: LintRule = (document) => {
  const variables = document.version === '2012-10-17';
  return statementsOf(document).flatMap(([statement, path]) =>
    (statement.resource?.patterns ?? []).flatMap((pattern, index) =>
      isIncompleteArn(pattern, variables)
        ? [
            {
              code: 'MISSING_ARN_FIELD',
              severity: 'warning' as const,
              path: `${resourcePath(statement, path)}[${index}]`,
              explanation:
                'An ARN has six fields: arn:partition:service:region:account:resource. Missing fields match ' +
                `everything. If this is intended, write ${completeArn(pattern, variables)}.`,
            },
          ]
        : [],
    ),
  );
};
