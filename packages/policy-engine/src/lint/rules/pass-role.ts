import { actionCovers, compileActionMatcher } from '../../matching/action-pattern.js';
import type { LintRule } from '../finding.js';
import { statementsOf } from '../paths.js';

const PASS_ROLE = 'iam:passrole';

/** Someone who can pass every role to a service has the permissions of the most powerful one. */
export const findPassRoleOnEverything: LintRule = (document) =>
  statementsOf(document).flatMap(([statement, path]) => {
    const { action, resource, effect } = statement;
    const matchers = action.patterns.map(compileActionMatcher);
    const allows = effect === 'Allow' && actionCovers({ negated: action.negated, matchers }, PASS_ROLE);
    const star = resource?.negated === false ? resource.patterns.indexOf('*') : -1;
    if (!allows || star === -1) return [];
    const byName = !action.negated && action.patterns.some((pattern) => pattern.toLowerCase() === PASS_ROLE);
    return [
      {
        code: byName ? 'PASS_ROLE_WITH_STAR_IN_RESOURCE' : 'PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE',
        severity: 'securityWarning' as const,
        path: `${path}.Resource[${star}]`,
        explanation:
          'iam:PassRole on all resources lets the principal pass any role to a service, and act with its ' +
          'permissions. Name the roles that may be passed.',
      },
    ];
  });
