import type { LintRule } from '../finding.js';
import { statementsOf } from '../paths.js';

/** `${` in a version without policy variables is literal text. */
export const findUnusedVariables: LintRule = (document) => {
  if (document.version === '2012-10-17') return [];
  return statementsOf(document).flatMap(([{ resource, conditions }, path]) => {
    const inResources = resource?.patterns.some((pattern) => pattern.includes('${')) ?? false;
    const inConditions = conditions.some(({ values }) => values.some((value) => value.includes('${')));
    if (!inResources && !inConditions) return [];
    return [
      {
        code: 'VARIABLE_WITHOUT_VERSION',
        severity: 'error' as const,
        path,
        explanation:
          'Without "Version": "2012-10-17", a policy has no variables: ${…} is taken literally and will match nothing.',
      },
    ];
  });
};
