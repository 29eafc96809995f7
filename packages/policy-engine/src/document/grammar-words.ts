import type { PolicyKind } from '../model.js';
import { LEGACY_PARSING, SYNTAX_ERRORS } from './policy-syntax-error.js';

/** AWS's messages for errors that have another text in trust policies. */
interface GrammarWords {
  readonly json: string;
  readonly version: string;
  readonly statement: string;
  readonly missingEffect: string;
  /** An effect that is `Allow` or `Deny` in another case, and any other effect. */
  readonly effect: (value: string) => string;
  readonly repeatedSid: string;
  readonly missingActions: string;
}

const OF_PERMISSIONS: GrammarWords = {
  json: SYNTAX_ERRORS,
  version: SYNTAX_ERRORS,
  statement: SYNTAX_ERRORS,
  missingEffect: SYNTAX_ERRORS,
  effect: (value) => (isEffect(value) ? LEGACY_PARSING : SYNTAX_ERRORS),
  repeatedSid: 'Statement IDs (SID) in a single policy must be unique.',
  missingActions: 'Policy statement must contain actions.',
};

const OF_TRUST: GrammarWords = {
  json: 'This policy contains invalid Json',
  version: 'The policy must contain a valid version string',
  statement: 'Could not parse the policy: Statement is empty!',
  missingEffect: 'Missing required field Effect',
  effect: (value) => `Invalid effect: ${value}`,
  repeatedSid: 'The Statement Ids in the policy are not unique',
  missingActions: 'Missing required field Action',
};

export function grammarWords(kind: PolicyKind): GrammarWords {
  return kind === 'trust' ? OF_TRUST : OF_PERMISSIONS;
}

/** `Allow` or `Deny`, in any case. */
export function isEffect(value: string): boolean {
  return ['allow', 'deny'].includes(value.toLowerCase());
}
