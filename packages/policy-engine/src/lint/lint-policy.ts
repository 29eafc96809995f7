import type { PolicyDocument } from '../document/policy-document.js';
import type { Finding, LintRule, ServiceCatalogue } from './finding.js';
import { findAbsentKeyPasses } from './rules/absent-keys.js';
import { findCredentialsOfOthers } from './rules/credentials-of-others.js';
import { findIncompleteArns } from './rules/incomplete-arns.js';
import { findNegatedAllows } from './rules/negated-allows.js';
import { findPassRoleOnEverything } from './rules/pass-role.js';
import { findPublicAccess } from './rules/public-access.js';
import { findRedundancy } from './rules/redundancy.js';
import { findUnknownActions } from './rules/unknown-actions.js';
import { findUnreachableConditions } from './rules/unreachable-conditions.js';
import { findUnusedVariables } from './rules/unused-variables.js';
import { findValuelessVariables } from './rules/valueless-variables.js';

const RULES: readonly LintRule[] = [
  findUnknownActions,
  findUnreachableConditions,
  findPassRoleOnEverything,
  findCredentialsOfOthers,
  findPublicAccess,
  findNegatedAllows,
  findAbsentKeyPasses,
  findIncompleteArns,
  findUnusedVariables,
  findValuelessVariables,
  findRedundancy,
];

/**
 * Reports what a valid document probably does not intend. Findings are ordered by rule, then by their position in the
 * document.
 *
 * The codes are those of AWS IAM Access Analyzer's policy checks if it has the same check.
 *
 * @param catalogue enables the check for unknown actions
 */
export function lintPolicy(document: PolicyDocument, catalogue?: ServiceCatalogue): readonly Finding[] {
  return RULES.flatMap((rule) => rule(document, catalogue));
}
