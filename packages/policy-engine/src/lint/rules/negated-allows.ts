import type { Finding, LintRule } from '../finding.js';
import { statementsOf } from '../paths.js';

/** An Allow with exceptions also allows everything that is added to the platform later. */
export const findNegatedAllows: LintRule = (document) =>
  statementsOf(document).flatMap(([{ effect, action, resource }, path]) => {
    const findings: Finding[] = [];
    if (effect === 'Allow' && action.negated) {
      findings.push({
        code: 'ALLOW_WITH_NOT_ACTION',
        severity: 'securityWarning',
        path: `${path}.NotAction`,
        explanation:
          'The statement allows every action of every service except those listed, including future ' +
          'actions. List the actions to allow, or use Deny.',
      });
    }
    if (effect === 'Allow' && resource?.negated === true) {
      findings.push({
        code: 'ALLOW_WITH_NOT_RESOURCE',
        severity: 'securityWarning',
        path: `${path}.NotResource`,
        explanation:
          'The statement allows the actions on every resource except those listed, including future ' +
          'resources. List the resources to allow, or use Deny.',
      });
    }
    return findings;
  });
