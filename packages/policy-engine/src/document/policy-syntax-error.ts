/**
 * A policy document is refused when it is written.
 *
 * `message` is AWS's text if AWS has one. `path` leads to the error (`Statement[0].Action[2]`); it is empty if it
 * concerns the whole document.
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

/** AWS's message for all grammar errors without their own message. */
export const SYNTAX_ERRORS = 'Syntax errors in policy.';

export const LEGACY_PARSING = 'The policy failed legacy parsing';
