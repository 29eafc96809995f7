/** The requirements for a password. */
export interface PasswordRules {
  readonly minimumPasswordLength: number;
  readonly requireSymbols: boolean;
  readonly requireNumbers: boolean;
  readonly requireUppercaseCharacters: boolean;
  readonly requireLowercaseCharacters: boolean;
}

/** The symbols of IAM API reference, UpdateAccountPasswordPolicy, `RequireSymbols`. */
const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/;

const upperCase = { pattern: /[A-Z]/, message: 'Password should have at least one uppercase letter' };
const lowerCase = { pattern: /[a-z]/, message: 'Password should have at least one lowercase letter' };
const number = { pattern: /\d/, message: 'Password should have at least one number' };
const symbol = { pattern: SYMBOL, message: 'Password should have at least one symbol' };

/** @returns the violation in AWS's words; undefined if there is none */
export function violationOfRules(password: string, rules: PasswordRules): string | undefined {
  const classes = [
    ...(rules.requireUppercaseCharacters ? [upperCase] : []),
    ...(rules.requireLowercaseCharacters ? [lowerCase] : []),
    ...(rules.requireNumbers ? [number] : []),
    ...(rules.requireSymbols ? [symbol] : []),
  ];
  const missing = classes.filter(({ pattern }) => !pattern.test(password)).map(({ message }) => message);
  return [...violationOfLength(password, rules.minimumPasswordLength), ...missing].join(', ') || undefined;
}

/**
 * AWS's default policy, for root users and for users of accounts without a password policy. Source: IAM User Guide,
 * "Set an account password policy for IAM users". Any character except letters and digits counts as a symbol, so that a
 * phrase with spaces is accepted.
 *
 * @param names that the password must not equal: the account's name and email address, the user's name
 * @returns like `violationOfRules`
 */
export function violationOfDefaultRules(password: string, names: readonly string[]): string | undefined {
  const anySymbol = { ...symbol, pattern: /[^A-Za-z0-9]/ };
  const missing = [upperCase, lowerCase, number, anySymbol].filter(({ pattern }) => !pattern.test(password));
  const wanted = missing.length - 1;
  const complaints = [
    ...violationOfLength(password, 8),
    ...(wanted > 0
      ? [
          `Password should meet ${wanted} more of the following requirements: ${missing.map(({ message }) => message).join(', ')}`,
        ]
      : []),
    ...(names.some((name) => name.toLowerCase() === password.toLowerCase())
      ? ['Password should not be identical to your account name or email address']
      : []),
  ];
  return complaints.join(', ') || undefined;
}

function violationOfLength(password: string, minimum: number): string[] {
  return password.length < minimum ? [`Password should have a minimum length of ${minimum}`] : [];
}
