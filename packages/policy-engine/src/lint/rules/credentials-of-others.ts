import { actionCovers, compileActionMatcher } from '../../matching/action-pattern.js';
import type { LintRule } from '../finding.js';
import { statementsOf } from '../paths.js';

/** Actions that give their caller a password, key or authenticator of the target user. */
const CREDENTIAL_ACTIONS = [
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:UpdateLoginProfile',
  'iam:EnableMFADevice',
  'gatehouse:RegisterSecurityKey',
  'gatehouse:ImportU2fKey',
];

/** All resources, or all users of an account: `arn:aws:iam::123456789012:user/*`. */
const EVERY_USER = /^(?:\*|arn:[^:]*:iam:[^:]*:[^:]*:(?:\*|user\/\*))$/;

/**
 * Someone who can create credentials for any user can act as the most powerful one. A policy with `*` is obviously an
 * administrator's.
 */
export const findCredentialsOfOthers: LintRule = (document) =>
  statementsOf(document).flatMap(([{ action, resource, effect }, path]) => {
    const isFullAccess = !action.negated && action.patterns.some((pattern) => /^\*(?::\*)?$/.test(pattern));
    const every = resource?.negated === false ? resource.patterns.findIndex((pattern) => EVERY_USER.test(pattern)) : -1;
    if (effect !== 'Allow' || isFullAccess || every === -1) return [];
    const matchers = action.patterns.map(compileActionMatcher);
    const granted = CREDENTIAL_ACTIONS.filter((name) =>
      actionCovers({ negated: action.negated, matchers }, name.toLowerCase()),
    );
    if (granted.length === 0) return [];
    return [
      {
        code: 'CREDENTIALS_OF_EVERY_USER',
        severity: 'securityWarning' as const,
        path: `${path}.Resource[${every}]`,
        explanation:
          `${granted.join(', ')} on every user lets the principal create credentials for any user, and act with ` +
          "that user's permissions. Name the users, or use ${aws:username} for the principal's own ARN.",
      },
    ];
  });
