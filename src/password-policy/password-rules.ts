import { ApiError } from '../common/errors.js';

/**
 * AWS's default password policy. Source: IAM User Guide, "Set an account password policy for IAM users".
 *
 * @throws ApiError PasswordPolicyViolation
 */
export function requireStrongPassword(password: string): void {
  const classes = [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9]/].filter((pattern) => pattern.test(password)).length;
  if (password.length < 8 || classes < 3) {
    throw new ApiError(
      'PasswordPolicyViolation',
      'Password should have a minimum length of 8 characters and at least three of: uppercase letters, lowercase letters, numbers, symbols.',
    );
  }
}
