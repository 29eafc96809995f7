/**
 * A policy document that is refused when it is written.
 *
 * `message` is AWS's wording where AWS has one. `path` leads to the culprit (`Statement[0].Action[2]`); it is empty when
 * the whole document is at fault.
 */
export class PolicySyntaxError extends Error {
  readonly code = 'MalformedPolicyDocument';

  constructor(
    message: string,
    readonly path: string,
  ) {
    super(message);
    this.name = 'PolicySyntaxError';
  }
}

/** AWS's message for everything that breaks the grammar and has no message of its own. */
export const SYNTAX_ERRORS = 'Syntax errors in policy.';

export const LEGACY_PARSING = 'The policy failed legacy parsing';
