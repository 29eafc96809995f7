/**
 * The IAM policy language: parse, validate, lint, compile, decide, explain. Pure: no framework, no clock, no I/O.
 *
 * parsePolicy (once, at write) -> compilePolicy (once per policy) -> mergePolicies (once per principal) -> decide.
 */
export * from './model.js';

export { parsePolicy, parseStoredPolicy, type ParseOptions } from './document/parse-policy.js';
export { PolicySyntaxError } from './document/policy-syntax-error.js';
export { policySize } from './document/policy-size.js';
export { replacePrincipals } from './document/replace-principals.js';
export { actionCoverage, actionTestOf, mayAllowTest, mayAllowTogether } from './document/covered-actions.js';
export { contextKeysOf } from './document/context-keys.js';
export type {
  PatternElement,
  PolicyDocument,
  PrincipalElement,
  PrincipalEntry,
  PrincipalEntryType,
  Statement,
  TextPosition,
  TextRange,
} from './document/policy-document.js';
export type { ConditionEntry } from './conditions/condition-entry.js';

export { compilePolicy, mergePolicies } from './compile/compile-policy.js';
export type { CompiledPolicy } from './compile/compiled-policy.js';
export { MatcherPool } from './compile/matcher-pool.js';

export { conditionContext } from './conditions/condition-context.js';
export { WorkLimitExceeded } from './matching/work.js';
export { decide } from './evaluate/decide.js';
export { decideTrust, type TrustPolicySet } from './evaluate/decide-trust.js';
export { denialReason } from './evaluate/denial-reason.js';
export { explain, type Explanation } from './evaluate/explain.js';
export { prepareToExplain } from './evaluate/explain-statement.js';
export type { ConditionExplanation, StatementExplanation } from './evaluate/explain-statement.js';

export { lintPolicy } from './lint/lint-policy.js';
export { findCredentialsOfOthers } from './lint/rules/credentials-of-others.js';
export { findPassRoleOnEverything } from './lint/rules/pass-role.js';
export { findPublicAccess } from './lint/rules/public-access.js';
export type { Finding, ServiceCatalogue } from './lint/finding.js';
